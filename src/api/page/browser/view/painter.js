/**
 * Gathers wishes to paint into at most one painting per `intervalMs`, on a frame of the browser's; a hidden page does
 * not paint at all.
 * @param {() => void} paint
 * @param {number} intervalMs
 * @returns {() => void} asks for a painting
 */
export function createPainter(paint, intervalMs) {
  let isAsked = false;
  let paintedAt = Number.NEGATIVE_INFINITY;

  const onFrame = () => {
    isAsked = false;
    paintedAt = performance.now();
    paint();
  };
  return () => {
    if (isAsked) return;
    isAsked = true;
    const waitMs = Math.max(0, paintedAt + intervalMs - performance.now());
    // Hidden pages get no frames, so the wish waits until the page is seen again.
    setTimeout(() => requestAnimationFrame(onFrame), waitMs);
  };
}

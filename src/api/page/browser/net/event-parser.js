/**
 * @typedef {object} StreamEvent
 * @property {string} event
 * @property {string} data
 * @property {string} id of this event, or of the last one that had one
 */

/**
 * Reads server-sent events from text that comes in pieces (HTML standard, 9.2.6). Comments are left out.
 * @param {(event: StreamEvent) => void} onEvent
 * @returns {(piece: string) => void}
 */
export function createEventParser(onEvent) {
  let rest = '';
  let event = '';
  let id = '';
  /** @type {string[]} */
  let data = [];

  /** @param {string} line */
  const takeLine = (line) => {
    if (line === '') {
      if (data.length > 0) onEvent({ event: event === '' ? 'message' : event, data: data.join('\n'), id });
      event = '';
      data = [];
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') data.push(value);
    else if (name === 'event') event = value;
    else if (name === 'id' && !value.includes('\0')) id = value;
  };

  return (piece) => {
    rest += piece;
    // A carriage return at the end may be half of a line end.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) takeLine(line);
  };
}

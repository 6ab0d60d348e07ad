/** Of the asked rate, a load must have sent so much. */
const LEAST_SHARE = 0.95;

/**
 * What a machine could not even send says nothing of how it is taken.
 * @param rate asked, and sent: messages a second
 * @throws Error when less than 95 % of it was sent
 */
export function mustBeSent(rate: number, sentPerSecond: number): void {
  if (sentPerSecond < LEAST_SHARE * rate)
    throw new Error(
      `${sentPerSecond.toFixed(0)} lines a second were sent of ${rate}: this run does not count`,
    );
}

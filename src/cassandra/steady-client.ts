import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientOptions } from 'cassandra-driver';

/** As much of the driver's control connection as is replaced. */
interface ControlConnection {
  readonly _isShuttingDown: boolean;
  /** Gets a connection, and reads from it what the cluster is. It calls itself with `hosts`, for the next one of them. */
  _refresh(hosts?: object): Promise<void>;
}

/** Between two tries, where the driver has no pause of its own. */
const PAUSE_MS = 1000;

/**
 * The driver's client, whose control connection refreshes itself once at a time.
 *
 * The driver's own does so whenever its connection closes or its host is down, and listens to both twice after it had to
 * begin with the contact points anew. Two refreshes at a time take host and connection from each other, and end by a
 * TypeError that nobody catches: the process ends with it (NODEJS-681, apache/cassandra-nodejs-driver#462, open in 4.10.0).
 */
export class SteadyClient extends Client {
  /** Of the driver; its types do not name it. */
  declare readonly controlConnection: ControlConnection;

  constructor(options: ClientOptions) {
    super(options);
    refreshOnceAtATime(this.controlConnection);
  }
}

function refreshOnceAtATime(control: ControlConnection): void {
  const refresh = control._refresh.bind(control);
  let isRunning = false;
  let isAskedAgain = false;

  control._refresh = async (hosts) => {
    if (hosts !== undefined) return refresh(hosts);
    isAskedAgain = true;
    if (isRunning) return;
    isRunning = true;
    // What was asked for meanwhile may be of a connection that was just got: another look shows it.
    while (isAskedAgain && !control._isShuttingDown) {
      isAskedAgain = false;
      try {
        await refresh();
      } catch {
        // It has said why in its log. What it could do, it has undone: from the beginning.
        isAskedAgain = true;
        await sleep(PAUSE_MS, undefined, { ref: false });
      }
    }
    isRunning = false;
  };
}

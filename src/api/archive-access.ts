import { ChatArchive } from '../cassandra/archive.ts';
import type { CassandraSession } from '../cassandra/client.ts';
import type { Settings } from '../config/settings.ts';
import type { ChannelStats } from '../contract/channel-stats.ts';
import { countWindow } from './count-window.ts';
import { ApiProblem } from './problem.ts';
import { limitWork } from './work-limit.ts';

export interface ArchiveAccess {
  /** Whether Cassandra is connected. */
  isConnected(): boolean;
  /**
   * Runs reads of the archive, a bounded number at once.
   * @throws ApiProblem unavailable while Cassandra is away, or too busy
   */
  read<T>(work: (archive: ChatArchive) => Promise<T>): Promise<T>;
  /** The newest window that the archive has of a channel, by id or name; counted from the messages where it must be. */
  newestWindow(idOrName: string): Promise<ChannelStats | undefined>;
}

type AccessSettings = Pick<Settings, 'CASSANDRA_KEYSPACE' | 'CASSANDRA_TABLE' | 'WINDOW_SIZE_SECONDS'>;

const PLACES = 32;
const QUEUE = 128;

export function createArchiveAccess(
  settings: AccessSettings,
  session: () => CassandraSession | undefined,
): ArchiveAccess {
  const limit = limitWork(PLACES, QUEUE);
  const read = <T>(work: (archive: ChatArchive) => Promise<T>): Promise<T> =>
    limit.run(() => {
      const connected = session();
      if (connected === undefined) {
        throw new ApiProblem('unavailable', 'Cassandra, which holds the archive, is away.', {
          retryAfterSeconds: 5,
        });
      }
      return work(new ChatArchive(connected, settings));
    });
  return {
    isConnected: () => session() !== undefined,
    read,
    newestWindow: (idOrName) =>
      read(async (archive) => {
        const channelId = await archive.channelId(idOrName);
        if (channelId === undefined) return undefined;
        const range = { from: 0, to: Number.MAX_SAFE_INTEGER };
        const [newest] = await archive.windows(channelId, { range, limit: 1 });
        return newest ?? countWindow(archive, channelId, settings.WINDOW_SIZE_SECONDS);
      }),
  };
}

import type { ChannelView } from '../contract/api.ts';
import { AppError } from '../contract/errors.ts';
import type { Logger } from '../output/logger.ts';
import type { ArchiveAccess } from './archive-access.ts';
import { viewOf } from './channel-view.ts';
import { ApiProblem } from './problem.ts';
import type { StatsCache } from './stats-cache.ts';

export interface ChannelLookup {
  /**
   * The newest window of a channel, by id or name: from the cache, else from the archive.
   * @throws ApiProblem channel-unknown, unavailable
   */
  stats(idOrName: string): Promise<ChannelView>;
  /** A channel's id. @throws ApiProblem channel-unknown, unavailable */
  id(idOrName: string): Promise<string>;
}

interface LookupDeps {
  readonly cache: StatsCache;
  readonly archive: ArchiveAccess;
  /** Whether `channel-stats` has been read to its end and Kafka is there. */
  readonly isCacheReady: () => boolean;
  readonly onMiss: (answered: 'cassandra' | 'unknown' | 'unavailable') => void;
  readonly logger: Logger;
}

export function createChannelLookup({
  cache,
  archive,
  isCacheReady,
  onMiss,
  logger,
}: LookupDeps): ChannelLookup {
  const miss = (idOrName: string, answered: 'cassandra' | 'unknown' | 'unavailable') => {
    onMiss(answered);
    logger.info({ channel: idOrName, answered }, 'a channel is not in the cache');
  };
  /** With the topic read to its end, what is not in it has no counts, whatever the archive could add. */
  const nothing = (idOrName: string): ApiProblem => {
    if (archive.isConnected() || isCacheReady()) {
      miss(idOrName, 'unknown');
      return new ApiProblem('channel-unknown', `No counts for "${idOrName}".`);
    }
    miss(idOrName, 'unavailable');
    return new ApiProblem(
      'unavailable',
      `Kafka and Cassandra are away, and nothing is known of "${idOrName}".`,
      {
        retryAfterSeconds: 5,
      },
    );
  };
  /** With the topic read to its end, an archive that fails takes nothing away from the answer. */
  const archivedStats = async (idOrName: string) => {
    if (!archive.isConnected()) return undefined;
    try {
      return await archive.newestWindow(idOrName);
    } catch (error) {
      if (!(error instanceof AppError) || !isCacheReady()) throw error;
      logger.warn({ code: error.code, detail: error.detail }, 'the archive cannot be read');
      return undefined;
    }
  };
  return {
    async stats(idOrName) {
      const view = cache.find(idOrName);
      if (view !== undefined) return view;
      const stats = await archivedStats(idOrName);
      if (stats === undefined) throw nothing(idOrName);
      miss(idOrName, 'cassandra');
      return viewOf(stats, { now: Date.now(), rate: 0, stale: !isCacheReady(), source: 'cassandra' });
    },
    async id(idOrName) {
      const id = cache.resolve(idOrName) ?? (await archive.read((chat) => chat.channelId(idOrName)));
      if (id === undefined) throw nothing(idOrName);
      return id;
    },
  };
}

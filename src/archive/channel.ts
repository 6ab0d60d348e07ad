import { z } from 'zod';
import { type ArchiveSettings, ChatArchive } from '../cassandra/archive.ts';
import type { CassandraSession } from '../cassandra/client.ts';
import { pagesOf } from '../cassandra/pages.ts';
import { loginOf } from '../contract/channel-names.ts';
import { AppError } from '../contract/errors.ts';
import { nearest } from '../output/nearest.ts';

export interface ArchivedChannel {
  readonly id: string;
  /** The id where no name is known, as the contract says. */
  readonly name: string;
}

const named = z.object({ channel_name: z.string(), channel_id: z.string() });

/**
 * The channel that a user means by an id, else by a name (with # or without); a login may be all digits.
 * @throws AppError CHANNEL_UNKNOWN when the archive has neither messages nor windows of it, naming one that is spelt nearly so
 */
export async function findChannel(
  session: CassandraSession,
  settings: ArchiveSettings,
  nameOrId: string,
): Promise<ArchivedChannel> {
  const keyspace = settings.CASSANDRA_KEYSPACE;
  const written = nameOrId.replace(/^#/, '');
  const id = await new ChatArchive(session, settings).channelId(written);
  if (id === undefined) throw await unknownChannel(session, keyspace, nameOrId);
  const name = (await nameOf(session, keyspace, id)) ?? (id === written ? id : loginOf(written));
  return { id, name };
}

/** Every channel that has a name in the archive, by name. */
export async function listChannels(
  session: CassandraSession,
  { CASSANDRA_KEYSPACE }: ArchiveSettings,
): Promise<ArchivedChannel[]> {
  const channels: ArchivedChannel[] = [];
  const cql = `SELECT channel_name, channel_id FROM ${CASSANDRA_KEYSPACE}.channels_by_name`;
  for await (const page of pagesOf(session, cql)) {
    const rows = z.array(named).parse(page);
    channels.push(...rows.map(({ channel_id, channel_name }) => ({ id: channel_id, name: channel_name })));
  }
  return channels.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** As its newest window has it. */
async function nameOf(
  session: CassandraSession,
  keyspace: string,
  channelId: string,
): Promise<string | undefined> {
  const { rows } = await session.query(
    `SELECT channel_name FROM ${keyspace}.channel_window_stats WHERE channel_id = ? LIMIT 1`,
    [channelId],
  );
  const name = rows[0]?.channel_name;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

async function unknownChannel(
  session: CassandraSession,
  keyspace: string,
  wanted: string,
): Promise<AppError> {
  const { rows } = await session.query(`SELECT channel_name FROM ${keyspace}.channels_by_name LIMIT 1000`);
  const names = rows.map(({ channel_name }) => String(channel_name)).sort();
  const near = nearest(loginOf(wanted), names);
  return new AppError('CHANNEL_UNKNOWN', `The archive has nothing of ${wanted}`, {
    detail:
      names.length === 0
        ? 'It has no channel at all: nothing has been archived yet.'
        : `It has ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}.`,
    ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
  });
}

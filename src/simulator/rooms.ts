/** Names for channels that nobody has to type; all invented. */
const invented = [
  'pixel_otter',
  'nordic_quest',
  'teapot_racing',
  'mira_codes',
  'cave_of_cards',
  'slowcooker_tv',
  'midnight_raiders',
  'glass_harmonica',
  'two_left_feet',
  'benchpress_bard',
  'lofi_lighthouse',
  'tiny_trains',
  'speedrun_sam',
  'garden_gnomes',
  'quiz_and_quiver',
  'retro_rosie',
  'salty_chess',
  'drone_diaries',
  'yarn_and_yell',
  'moonbase_nine',
] as const;

/** The logins of `count` invented channels, always the same ones in the same order. */
export function inventedChannels(count: number): string[] {
  return Array.from({ length: count }, (_, index) => invented[index] ?? `channel_${index + 1}`);
}

/** The room-id of a channel: numeric, from its name alone (FNV-1a), so that it is the same in every run. */
export function roomIdOf(channel: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < channel.length; at++) hash = Math.imul(hash ^ channel.charCodeAt(at), 0x01000193);
  return String(100_000_000 + ((hash >>> 0) % 800_000_000));
}

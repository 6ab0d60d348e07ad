/** Whether a channel is one of `names` (ids, or names in any case, with or without a #); every channel is, when there are none. */
export function wantedChannels(
  names: readonly string[],
): (channel: { readonly channelId: string; readonly channelName: string }) => boolean {
  const wanted = new Set(names.map((name) => name.replace(/^#/, '').toLowerCase()));
  return ({ channelId, channelName }) =>
    wanted.size === 0 || wanted.has(channelName.toLowerCase()) || wanted.has(channelId);
}

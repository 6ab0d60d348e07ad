/** A channel's login as Twitch writes it: without the # of IRC, in small letters. */
export function loginOf(name: string): string {
  return name.replace(/^#/, '').toLowerCase();
}

/** Whether a text is a login as far as its form goes: up to 25 letters, digits and _. */
export function isLogin(name: string): boolean {
  return /^\w{1,25}$/.test(name);
}

/** What somebody may mean who names a channel: an id as it is written (other producers have ids of letters), or a login. */
export function spellingsOf(idOrName: string): string[] {
  return [idOrName.replace(/^#/, ''), loginOf(idOrName)];
}

/** Those of `names` that none of the channels is meant by. */
export function namesWithout(
  channels: readonly { readonly channelId: string; readonly channelName: string }[],
  names: readonly string[],
): string[] {
  return names.filter((name) => {
    const isMeant = channelMatcher([name]);
    return !channels.some(({ channelId, channelName }) => isMeant(channelId, channelName));
  });
}

/** Whether a channel is one of those named, by id or by name in any case; every channel is, when none is named. */
export function channelMatcher(
  names: readonly string[],
): (channelId: string | null, channelName: string) => boolean {
  const wanted = new Set(names.flatMap(spellingsOf));
  return (channelId, channelName) =>
    wanted.size === 0 || wanted.has(loginOf(channelName)) || (channelId !== null && wanted.has(channelId));
}

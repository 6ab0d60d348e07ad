/** Whether block glyphs would not show: the locale is not UTF-8, or the terminal is the Linux console. */
export function prefersAscii(env: Readonly<Record<string, string | undefined>>): boolean {
  if (env.TERM === 'linux' || env.TERM === 'dumb') return true;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return locale !== '' && !/utf-?8/i.test(locale);
}

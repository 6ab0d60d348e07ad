import { type CompletionCommand, type CompletionOption, programOptions } from './completion-tree.ts';

export const completionShells = ['bash', 'zsh', 'fish'] as const;
export type CompletionShell = (typeof completionShells)[number];

/** A script that teaches a shell to complete `twitchstats`. */
export function completionScript(shell: CompletionShell, commands: readonly CompletionCommand[]): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](commands);
}

/** Commands by what was typed before them: `''` for the first word, `inspect` for what follows that. */
function levels(commands: readonly CompletionCommand[], path = ''): [string, readonly CompletionCommand[]][] {
  return [
    [path, commands],
    ...commands.flatMap((command) =>
      command.commands.length === 0 ? [] : levels(command.commands, `${path} ${command.name}`.trim()),
    ),
  ];
}

/** All commands that take options or arguments, by their whole path. */
function leaves(commands: readonly CompletionCommand[], path = ''): [string, CompletionCommand][] {
  return commands.flatMap((command) => {
    const here = `${path} ${command.name}`.trim();
    return command.commands.length === 0 ? [[here, command]] : leaves(command.commands, here);
  });
}

/** Names of options that take a value in every command that has them: `-f` is one in `tail` and none in `logs`. */
function takingValues(commands: readonly CompletionCommand[]): string[] {
  const options = leaves(commands).flatMap(([, command]) => command.options);
  const namesOf = (takesValue: boolean) =>
    options.filter((option) => option.takesValue === takesValue).flatMap(({ names }) => names);
  const flags = new Set(namesOf(false));
  return [...new Set(namesOf(true))].filter((name) => !flags.has(name)).sort();
}

const words = (items: readonly string[]) => items.join(' ');
const optionWords = (options: readonly CompletionOption[]) => words(options.flatMap(({ names }) => names));

function bashScript(commands: readonly CompletionCommand[]): string {
  const groups = levels(commands);
  return `# twitchstats completion for bash: eval "$(twitchstats completion bash)"
_twitchstats() {
  local cur prev typed="" word value=""
  cur="\${COMP_WORDS[COMP_CWORD]}"
  prev="\${COMP_WORDS[COMP_CWORD-1]}"
  if [[ "$cur" == "=" ]]; then cur=""
  elif [[ "$prev" == "=" ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ -n "$value" ]]; then value=""; continue; fi
    case "$word" in
      ${takingValues(commands).join('|')}) value=1; continue ;;
    esac
    case "$typed" in
${groups
  .map(
    ([path, inner]) => `      "${path}") case "$word" in
        ${inner.map(({ name }) => name).join('|')}) typed="${path === '' ? '' : `${path} `}$word" ;;
      esac ;;`,
  )
  .join('\n')}
    esac
  done
  case "$typed $prev" in
${leaves(commands)
  .flatMap(([path, { options }]) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map(
        ({ names, choices }) =>
          `    ${names.map((name) => `"${path} ${name}"`).join('|')}) COMPREPLY=($(compgen -W "${words(choices)}" -- "$cur")); return ;;`,
      ),
  )
  .join('\n')}
    *" --home") COMPREPLY=($(compgen -d -- "$cur")); return ;;
    ${takingValues(commands)
      .map((name) => `*" ${name}"`)
      .join('|')}) COMPREPLY=($(compgen -f -- "$cur")); return ;;
  esac
  case "$typed" in
${groups
  .map(
    ([path, inner]) =>
      `    "${path}") COMPREPLY=($(compgen -W "${words(inner.map(({ name }) => name))} ${path === '' ? `help ${optionWords(programOptions)}` : '--help'}" -- "$cur")) ;;`,
  )
  .join('\n')}
${leaves(commands)
  .map(
    ([path, { options, suggestions }]) =>
      `    "${path}") COMPREPLY=($(compgen -W "${`${words(suggestions)} ${optionWords(options)}`.trim()}" -- "$cur")) ;;`,
  )
  .join('\n')}
  esac
}
complete -F _twitchstats twitchstats
`;
}

function zshScript(commands: readonly CompletionCommand[]): string {
  const described = (inner: readonly CompletionCommand[]) =>
    inner.map(({ name, summary }) => `'${zshText(`${name}:${summary}`)}'`).join(' ');
  const specs = (options: readonly CompletionOption[]) =>
    options.flatMap((option) => option.names.map((name) => zshOption(name, option))).join(' ');
  const rest = ({ suggestions }: CompletionCommand) =>
    suggestions.length === 0 ? `'*:argument: '` : `'*:argument:(${words(suggestions)})'`;
  return `#compdef twitchstats
# twitchstats completion for zsh: source <(twitchstats completion zsh)
_twitchstats() {
  local -a found
  local typed="" word
  integer at=2 base=1
  while (( at < CURRENT )); do
    word="$words[at]"
    case "$word" in
      ${takingValues(commands).join('|')}) (( at += 2 )); continue ;;
    esac
    case "$typed:$word" in
${levels(commands)
  .map(
    ([path, inner]) =>
      `      ${inner.map(({ name }) => `"${path}:${name}"`).join('|')}) typed="${path === '' ? '' : `${path} `}$word"; base=$at ;;`,
  )
  .join('\n')}
    esac
    (( at++ ))
  done
  # Before a command: an option, or the value of one.
  if [[ -z "$typed" && ( "$words[CURRENT]" == -* || at -gt CURRENT ) ]]; then
    _arguments ${specs(programOptions)} '*:command: '
    return
  fi
  case "$typed" in
${levels(commands)
  .map(([path, inner]) => `    "${path}") found=(${described(inner)}); _describe command found ;;`)
  .join('\n')}
${leaves(commands)
  .map(
    ([path, command]) =>
      `    "${path}") shift $(( base - 1 )) words; (( CURRENT -= base - 1 )); _arguments ${specs(command.options)} ${rest(command)} ;;`,
  )
  .join('\n')}
  esac
}
compdef _twitchstats twitchstats
`;
}

function zshOption(
  name: string,
  { description, takesValue, choices, isRepeatable }: CompletionOption,
): string {
  const value = takesValue ? (choices.length === 0 ? ':value:_files' : `:value:(${words(choices)})`) : '';
  const often = isRepeatable ? '*' : '';
  return `'${often}${zshText(name)}[${zshText(description).replace(/[[\]]/g, '')}]${value}'`;
}

function zshText(text: string): string {
  return text.replaceAll("'", '’').replaceAll('\\', '');
}

function fishScript(commands: readonly CompletionCommand[]): string {
  const lines: string[] = [
    '# twitchstats completion for fish: twitchstats completion fish | source',
    '# Whether the command that was typed so far is this one.',
    'function __twitchstats_at',
    "    set -l typed ''",
    '    set -l isValue 0',
    '    for word in (commandline -opc)[2..-1]',
    '        if test $isValue = 1',
    '            set isValue 0',
    '            continue',
    '        end',
    `        if contains -- $word ${words(takingValues(commands))}`,
    '            set isValue 1',
    '            continue',
    '        end',
    '        switch "$typed:$word"',
    ...levels(commands).flatMap(([path, inner]) => [
      `            case ${words(inner.map(({ name }) => `'${path}:${name}'`))}`,
      `                set typed ${path === '' ? '$word' : `"${path} $word"`}`,
    ]),
    '        end',
    '    end',
    '    test "$typed" = "$argv"',
    'end',
    'complete -c twitchstats -f',
  ];
  const when = (path: string) => `complete -c twitchstats -n '__twitchstats_at ${path}'`;
  for (const [path, inner] of levels(commands))
    for (const { name, summary } of inner) lines.push(`${when(path)} -a ${name} -d '${fishText(summary)}'`);
  for (const option of programOptions) lines.push(`${when('')} ${fishOption(option)}`);
  for (const [path, { options, suggestions }] of leaves(commands)) {
    if (suggestions.length > 0) lines.push(`${when(path)} -a '${words(suggestions)}'`);
    for (const option of options) lines.push(`${when(path)} ${fishOption(option)}`);
  }
  return `${lines.join('\n')}\n`;
}

function fishOption({ names, description, takesValue, choices }: CompletionOption): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const value = takesValue ? (choices.length === 0 ? ' -r -F' : ` -x -a '${words(choices)}'`) : '';
  return `${flags.join(' ')}${value} -d '${fishText(description)}'`;
}

function fishText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}

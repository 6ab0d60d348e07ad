import type { HandlerInput } from '../../cli/command.ts';
import { type CompletionShell, completionScript } from '../../cli/completion-scripts.ts';
import { completionTree } from '../../cli/completion-tree.ts';

export async function runCompletion({ options, output, commands }: HandlerInput<{ shell: CompletionShell }>) {
  await output.text(completionScript(options.shell, completionTree(commands)));
  return undefined;
}

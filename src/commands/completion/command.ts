import { z } from 'zod';
import { defineCommand } from '../../cli/command.ts';
import { completionShells } from '../../cli/completion-scripts.ts';

export const completionCommand = defineCommand({
  name: 'completion',
  summary: 'Print a script that teaches your shell to complete our commands.',
  arguments: [
    {
      name: 'shell',
      description: completionShells.join(', '),
      required: true,
      suggestions: completionShells,
    },
  ],
  examples: [
    [`echo 'eval "$(twitchstats completion bash)"' >> ~/.bashrc`, 'bash'],
    [`echo 'source <(twitchstats completion zsh)' >> ~/.zshrc`, 'zsh'],
    ['twitchstats completion fish > ~/.config/fish/completions/twitchstats.fish', 'fish'],
  ],
  schema: z.object({ shell: z.enum(completionShells) }),
  run: async (input) => (await import('./handler.ts')).runCompletion(input),
});

import type { Command } from './command.ts';
import { VARIABLES } from './environment.ts';
import { EXIT_WORDS } from './exit-codes.ts';
import { aboutOption, optionWords, usageLine } from './help.ts';
import { HELP } from './parse-arguments.ts';

/** The text of docs/cli.md, made from the same tables that check the command line. */
export function referenceText(commands: readonly Command[]): string {
  return [
    '# Command line',
    '',
    'Made by `npm run reference -w packages/cli` from the tables of the commands; edit those.',
    '',
    ...commands.flatMap((command) => commandText(command, `assay ${command.name}`, 2)),
    '## Exit codes',
    '',
    ...EXIT_WORDS.map(([code, words]) => `- \`${code}\`: ${words}`),
    '',
    '## Environment',
    '',
    ...Object.entries(VARIABLES).map(([name, words]) => `- \`${name}\`: ${words}`),
    '',
  ].join('\n');
}

function commandText(command: Command, path: string, level: number): string[] {
  const lines = [`${'#'.repeat(level)} ${path}`, '', command.about, ''];
  if (command.subcommands !== undefined)
    return [...lines, ...command.subcommands.flatMap((sub) => commandText(sub, `${path} ${sub.name}`, level + 1))];
  lines.push('```', usageLine(command, path), '```', '');
  for (const spec of command.positionals ?? []) lines.push(`- \`${spec.name}\`: ${spec.about}`);
  for (const [name, spec] of Object.entries({ ...command.options, help: HELP }))
    lines.push(`- \`${optionWords(name, spec)}\`: ${aboutOption(spec)}`);
  lines.push('');
  for (const [words, about] of command.examples ?? []) lines.push(`    ${words}    # ${about}`);
  return command.examples?.length ? [...lines, ''] : lines;
}

import type { Command, OptionSpec } from './command.ts';
import { HELP } from './parse-arguments.ts';

const WIDTH = 100;

/** Help of the program, or with `path` of one command. */
export function programHelp(commands: readonly Command[]): string {
  const rows = commands.map((command) => [command.name, command.about] as const);
  return [
    'Assay finds known vulnerabilities in container images, hosts, directories and SBOMs.',
    '',
    'Usage: assay COMMAND [OPTIONS]',
    '',
    'Commands:',
    ...columns(rows),
    '',
    'Options:',
    ...columns([
      ['-h, --help', 'Show help; "assay COMMAND --help" shows that of a command.'],
      ['-V, --version', 'Show the version.'],
    ]),
    '',
  ].join('\n');
}

export function commandHelp(command: Command, path: string): string {
  const parts = [`${command.about}`, '', `Usage: ${usageLine(command, path)}`];
  if (command.subcommands !== undefined) parts.push('', 'Commands:', ...columns(command.subcommands.map((sub) => [sub.name, sub.about])));
  if (command.positionals?.length) parts.push('', 'Arguments:', ...columns(command.positionals.map((spec) => [spec.name, spec.about])));
  parts.push(
    '',
    'Options:',
    ...columns(Object.entries({ ...command.options, help: HELP }).map(([name, spec]) => [optionWords(name, spec), aboutOption(spec)])),
  );
  if (command.examples?.length) parts.push('', 'Examples:', ...command.examples.map(([words, about]) => `  ${words}\n      ${about}`));
  return `${parts.join('\n')}\n`;
}

export function usageLine(command: Command, path: string): string {
  if (command.subcommands !== undefined) return `${path} COMMAND [OPTIONS]`;
  const positionals = (command.positionals ?? []).map((spec) => (spec.optional ? `[${spec.name}]` : spec.name));
  return [path, ...positionals, '[OPTIONS]'].join(' ');
}

export function optionWords(name: string, spec: OptionSpec): string {
  return `${spec.short === undefined ? '' : `-${spec.short}, `}--${name}${spec.value === undefined ? '' : ` ${spec.value}`}`;
}

export function aboutOption(spec: OptionSpec): string {
  const choices = spec.choices === undefined ? '' : ` One of ${spec.choices.join(', ')}.`;
  return `${spec.about}${choices}${spec.default === undefined ? '' : ` Default ${spec.default}.`}`;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const left = Math.min(28, Math.max(...rows.map(([name]) => name.length))) + 4;
  return rows.flatMap(([name, about]) => {
    const lines = wrap(about, WIDTH - left);
    const head = `  ${name}`.padEnd(left);
    return head.length > left
      ? [head, ...lines.map((line) => ' '.repeat(left) + line)]
      : lines.map((line, i) => (i === 0 ? head : ' '.repeat(left)) + line);
  });
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

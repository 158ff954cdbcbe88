// Writes docs/cli.md from the command tables; a test compares the two.
import { writeFileSync } from 'node:fs';
import { commands } from './src/commands.ts';
import { referenceText } from './src/reference.ts';

writeFileSync(new URL('../../docs/cli.md', import.meta.url), referenceText(commands));

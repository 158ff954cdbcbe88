import { catalogers } from '../catalogers.ts';
import { DISTRO_FILES } from '../distro/detect.ts';
import { distroReader } from './distro-files.ts';
import { runReader } from './reader-process.ts';

/** Entry of the reader process (a bundle of its own in a release). */
await runReader([...catalogers, distroReader(DISTRO_FILES)]);

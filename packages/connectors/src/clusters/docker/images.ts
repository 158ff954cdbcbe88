import { fields, platform, text, texts } from '../values.ts';
import type { DockerApi } from './api.ts';

export interface ImageFacts {
  /** Empty when the host no longer has the image. */
  readonly id: string;
  /** Its id and its repository digests. */
  readonly digests: readonly string[];
  /** Of the image; of the host where the image does not say. */
  readonly platform: string;
}

export interface DockerImages {
  /** By id or by name. */
  read(name: string): Promise<ImageFacts>;
  /** Repository digests change with every push and pull. */
  forget(): void;
}

const MOST_DIGESTS = 50;
const MOST_KEPT = 5000;

export function openImages(api: DockerApi, info: Readonly<Record<string, unknown>>): DockerImages {
  const host = platform({ os: info['OSType'], architecture: info['Architecture'] });
  const kept = new Map<string, Promise<ImageFacts>>();
  const read = async (name: string): Promise<ImageFacts> => {
    const answer = await api.get(`/images/${name.split('/').map(encodeURIComponent).join('/')}/json`);
    const { Id, RepoDigests, Os, Architecture, Variant } = fields(answer);
    const id = text(Id);
    const digests = [...new Set([id, ...texts(RepoDigests, MOST_DIGESTS)])].filter((digest) => digest !== '').sort();
    return { id, digests, platform: platform({ os: Os, architecture: Architecture, variant: Variant }) || host };
  };
  return {
    async read(name) {
      // What is no name of an image must not become another request: `..`, `?`.
      if (!/^[\w][\w.:@/+-]*$/.test(name) || /(^|\/)\.\.?(\/|$)/.test(name)) return { id: '', digests: [], platform: host };
      const known = kept.get(name);
      if (known !== undefined) return await known;
      if (kept.size >= MOST_KEPT) kept.clear();
      const reading = read(name);
      kept.set(name, reading);
      reading.catch(() => kept.delete(name));
      return await reading;
    },
    forget: () => kept.clear(),
  };
}

import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

const INLINE_FONT = /url\(['"]?data:font\/woff2;base64,([A-Za-z0-9+/=]+)['"]?\)/g;

/**
 * The design system ships its fonts as data URIs inside its CSS. As files they load only when a weight is used,
 * the first CSS is smaller, and the content security policy can say `font-src 'self'`.
 */
export function fontsAsFiles(): Plugin {
  return {
    name: 'fonts-as-files',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('.css') || !code.includes('data:font/woff2')) return null;
      const css = code.replace(INLINE_FONT, (_whole, base64: string) => {
        const source = Buffer.from(base64, 'base64');
        const fileName = `assets/open-sans-${createHash('sha256').update(source).digest('hex').slice(0, 10)}.woff2`;
        this.emitFile({ type: 'asset', fileName, source });
        return `url('/${fileName}')`;
      });
      return { code: css, map: null };
    },
  };
}

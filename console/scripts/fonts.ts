import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Plugin } from 'vite';

const FONT = /url\((["']?)data:font\/woff2;base64,([^"')]+)\1\)/g;
const FACE = /@font-face\s*\{/g;

/** Hexadecimal digits of a digest that tell two fonts apart. */
const DIGEST_DIGITS = 16;

/**
 * Makes files of fonts that a style sheet carries in itself, so that the page is painted before they are there and only
 * those are fetched that it uses.
 */
export function fontsAsFiles(): Plugin {
  return {
    name: 'fonts-as-files',
    generateBundle(_, bundle) {
      for (const sheet of Object.values(bundle)) {
        if (sheet.type !== 'asset' || typeof sheet.source !== 'string') continue;
        if (!sheet.fileName.endsWith('.css') || sheet.source.search(FONT) < 0) continue;
        const directory = posix.dirname(sheet.fileName);
        sheet.source = sheet.source
          .replaceAll(FACE, '@font-face{font-display:swap;')
          .replaceAll(FONT, (_, __, font: string) => {
            const source = Buffer.from(font, 'base64');
            const digest = createHash('sha256').update(source).digest('hex').slice(0, DIGEST_DIGITS);
            const name = `font-${digest}.woff2`;
            this.emitFile({ type: 'asset', fileName: posix.join(directory, name), source });
            return `url(${name})`;
          });
      }
    },
  };
}

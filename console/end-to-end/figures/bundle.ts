import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tell } from './line';

const DIST = join(import.meta.dirname, '../../dist');

/** What a build knows of one of its parts (Vite's manifest). */
interface Part {
  file: string;
  imports?: string[];
  css?: string[];
}

type Manifest = Record<string, Part>;

const ENTRY = 'index.html';
const DASHBOARD = ['src/pages/dashboard/page.tsx', 'src/pages/dashboard/trend.tsx'];

/**
 * Bytes of scripts and styles: of the way from signing in to the dashboard, and of what each other page brings beyond
 * that. Fonts and pictures are not counted.
 */
export function tellBundle(): void {
  const manifest = JSON.parse(readFileSync(join(DIST, '.vite/manifest.json'), 'utf8')) as Manifest;
  const there = new Set<string>();
  const bring = (keys: string[]) => {
    const files = [...filesOf(manifest, keys)].filter((file) => !there.has(file));
    return { files, ...sizeOf(files) };
  };
  const keep = (name: string, keys: string[]) => {
    const { files, ...size } = bring(keys);
    for (const file of files) there.add(file);
    tell('bundle', { part: name, files: files.length, ...size });
    return size;
  };
  const first = [keep('sign-in', [ENTRY]), keep('dashboard', DASHBOARD)];
  tell('bundle', {
    part: 'sign-in and dashboard',
    bytes: first.reduce((sum, { bytes }) => sum + bytes, 0),
    gzipBytes: first.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0),
  });
  for (const key of Object.keys(manifest)) {
    const page = key.match(/^src\/pages\/(\w+)\/page\.tsx$/)?.[1];
    if (page === undefined || page === 'dashboard') continue;
    const { files, ...size } = bring([key]);
    tell('bundle', { part: page, files: files.length, ...size });
  }
}

/** The files that parts need, with those that these need. */
function filesOf(manifest: Manifest, keys: string[]): Set<string> {
  const files = new Set<string>();
  const seen = new Set<string>();
  const left = [...keys];
  for (let key = left.pop(); key !== undefined; key = left.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    const part = manifest[key];
    if (part === undefined) throw new Error(`the build has no ${key}`);
    for (const file of [part.file, ...(part.css ?? [])]) files.add(file);
    left.push(...(part.imports ?? []));
  }
  return files;
}

/** As the service keeps them: each compressed as well as gzip can. */
function sizeOf(files: string[]): { bytes: number; gzipBytes: number } {
  let bytes = 0;
  let gzipBytes = 0;
  for (const file of files) {
    const content = readFileSync(join(DIST, file));
    bytes += content.length;
    gzipBytes += gzipSync(content, { level: 9 }).length;
  }
  return { bytes, gzipBytes };
}

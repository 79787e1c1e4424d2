// Adds up what a browser loads before the first screen shows: the entry, the home screen, and all that these import.
// usage: node scripts/size.mjs [LIMIT in kB, gzip]     after `npm run build`
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const limit = Number(process.argv[2] ?? 250);
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const first = ['index.html', 'src/features/start/start-screen.tsx'];
const files = new Set();
function take(name) {
    const chunk = manifest[name];
    if (chunk === undefined) {
        throw new Error(`the build has no ${name}`);
    }
    if (!files.has(chunk.file)) {
        files.add(chunk.file);
        (chunk.imports ?? []).forEach(take);
    }
}
first.forEach(take);
const bytes = [...files].reduce(
    (sum, file) => sum + gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length,
    0,
);
console.log(`initial JavaScript: ${(bytes / 1000).toFixed(1)} kB gzip in ${files.size} files; at most ${limit} kB`);
if (bytes > limit * 1000) {
    console.error('split what the first screen does not need, or leave it out');
    process.exit(1);
}

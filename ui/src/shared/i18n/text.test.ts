import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { dictionary } from './ar';

const sources = `${import.meta.dirname}/../..`;

/** Every text of the sources, over however many lines it is written. */
function textsOfSources(): string[] {
    const found = new Set<string>();
    for (const name of readdirSync(sources, { recursive: true, encoding: 'utf8' })) {
        if (/\.tsx?$/.test(name) && !/\.test\.|schema\.d/.test(name)) {
            const source = readFileSync(`${sources}/${name}`, 'utf8');
            for (const [, text] of source.matchAll(/(?<![\w])t\(\s*'((?:[^'\\]|\\.)*)'/g)) {
                found.add(text ?? '');
            }
        }
    }
    return [...found];
}

const places = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();

it('finds the texts', () => expect(textsOfSources().length).toBeGreaterThan(300));

it('has Arabic words for every text', () => {
    expect(textsOfSources().filter((text) => !(text in dictionary))).toEqual([]);
});

it('has no Arabic words for a text that is gone', () => {
    const texts = new Set(textsOfSources());
    expect(Object.keys(dictionary).filter((text) => !texts.has(text))).toEqual([]);
});

it('keeps every place for a value', () => {
    for (const [english, arabic] of Object.entries(dictionary)) {
        expect(places(arabic), english).toEqual(places(english));
    }
});

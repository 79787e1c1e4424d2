import type { Setting } from './filter';

/** The lines of boon.toml that set it to what it is: `[http]` and `port = 8480`. */
export function tomlOf({ key, value, is_secret }: Pick<Setting, 'key' | 'value' | 'is_secret'>): string {
    const dot = key.lastIndexOf('.');
    const isBare = value !== null && /^(true|false|-?\d+(\.\d+)?)$/.test(value);
    const shown = is_secret ? '"…"' : isBare ? value : JSON.stringify(value ?? '');
    const line = `${key.slice(dot + 1)} = ${shown}`;
    return dot < 0 ? line : `[${key.slice(0, dot)}]\n${line}`;
}

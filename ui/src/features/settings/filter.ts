import type { Schemas } from '@/shared/api/client';

export type Setting = Schemas['SettingView'];

export interface Filter {
    q?: string;
    own?: boolean;
}

/** What the words are found in, and what was set by somebody if only that is wanted. */
export function filtered(settings: Setting[], { q = '', own = false }: Filter): Setting[] {
    const words = q.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    return settings.filter((s) => {
        const text = `${s.key} ${s.variable} ${s.doc} ${s.value ?? ''}`.toLocaleLowerCase();
        return (!own || s.source !== 'standard') && words.every((word) => text.includes(word));
    });
}

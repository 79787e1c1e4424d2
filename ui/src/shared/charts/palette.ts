import { useComputedColorScheme } from '@mantine/core';
import { useMemo } from 'react';
import { stageVariable, valueVariable } from '@/shared/theme/meaning';

export interface Palette {
    text: string;
    quiet: string;
    line: string;
    background: string;
    accent: string;
    danger: string;
    stage(name: string): string;
    value(segment: string): string;
    /** From none to most, for heat maps. */
    ramp: string[];
}

/** The tokens as a canvas needs them; read again when light turns to dark. */
export function usePalette(): Palette {
    const scheme = useComputedColorScheme('light');
    return useMemo(() => {
        const style = getComputedStyle(document.documentElement);
        const token = (name: string) => style.getPropertyValue(name).trim();
        return {
            text: token('--boon-text'),
            quiet: token('--boon-text-quiet'),
            line: token('--boon-line'),
            background: token('--boon-bg'),
            accent: token('--boon-accent'),
            danger: token('--boon-danger'),
            stage: (name) => token(stageVariable(name)),
            value: (segment) => token(valueVariable(segment)),
            ramp:
                scheme === 'dark'
                    ? ['#1a1d24', '#2c3160', '#4f4fdb', '#a5adff']
                    : ['#f7f8fa', '#bcc3f6', '#6068e3', '#2e2788'],
        };
    }, [scheme]);
}

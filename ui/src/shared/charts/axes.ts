import type { Palette } from './palette';

/** What all axes share: quiet words, thin lines. */
export function axisStyle(palette: Palette) {
    return {
        axisLine: { lineStyle: { color: palette.line } },
        axisTick: { show: false },
        axisLabel: { color: palette.quiet, fontSize: 12, hideOverlap: true },
        splitLine: { lineStyle: { color: palette.line, type: 'dashed' as const } },
        nameTextStyle: { color: palette.quiet, fontSize: 12 },
    };
}

export function tooltipStyle(palette: Palette) {
    return {
        confine: true,
        backgroundColor: palette.background,
        borderColor: palette.line,
        textStyle: { color: palette.text, fontSize: 12 },
    };
}

/** Labels and names of axes stay inside of it. */
export const grid = {
    left: 8,
    right: 16,
    top: 16,
    bottom: 8,
    outerBoundsMode: 'same' as const,
    outerBoundsContain: 'all' as const,
};

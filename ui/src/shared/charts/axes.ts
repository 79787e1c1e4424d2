import type { Format } from '@/shared/format/format';
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

/** An axis of days, each with its month. */
export function dayAxis(palette: Palette, format: Format) {
    const style = axisStyle(palette);
    return {
        type: 'time' as const,
        ...style,
        splitLine: { show: false },
        axisLabel: { ...style.axisLabel, formatter: (ms: number) => format.day(ms) },
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

/** A legend in the upper corner, and the room that it takes. */
export function withLegend(palette: Palette) {
    return {
        grid: { ...grid, top: 36 },
        legend: {
            top: 0,
            left: 0,
            icon: 'roundRect',
            itemWidth: 9,
            itemHeight: 9,
            textStyle: { color: palette.text },
        },
    };
}

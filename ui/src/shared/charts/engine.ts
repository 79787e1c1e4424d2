// The parts of ECharts that boon draws with; loaded with the first chart.
import { BarChart, HeatmapChart, LineChart, SankeyChart, ScatterChart } from 'echarts/charts';
import {
    AriaComponent,
    GridComponent,
    LegendComponent,
    MarkLineComponent,
    TooltipComponent,
    VisualMapComponent,
} from 'echarts/components';
import { init, use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

register([
    BarChart,
    HeatmapChart,
    LineChart,
    SankeyChart,
    ScatterChart,
    AriaComponent,
    GridComponent,
    LegendComponent,
    MarkLineComponent,
    TooltipComponent,
    VisualMapComponent,
    CanvasRenderer,
]);

const days = Array.from({ length: 7 }, (_, i) => new Date(Date.UTC(2023, 0, 1 + i)));
const months = Array.from({ length: 12 }, (_, i) => new Date(Date.UTC(2023, i, 1)));

/** The names of months and days for axes of time; ECharts brings English alone. */
function namesIn(language: string) {
    const named = (dates: Date[], options: Intl.DateTimeFormatOptions) => {
        const format = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' });
        return dates.map((date) => format.format(date));
    };
    return {
        time: {
            month: named(months, { month: 'long' }),
            monthAbbr: named(months, { month: 'short' }),
            dayOfWeek: named(days, { weekday: 'long' }),
            dayOfWeekAbbr: named(days, { weekday: 'short' }),
        },
    };
}

/** A drawing in a place of the page, its axes in the language of the reader. */
export const draw = (place: HTMLElement, language: string) =>
    init(place, null, { renderer: 'canvas', locale: namesIn(language) as never });

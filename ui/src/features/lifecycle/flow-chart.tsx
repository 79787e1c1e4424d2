import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, type Schemas } from '@/shared/api/client';
import { tooltipStyle } from '@/shared/charts/axes';
import { Chart } from '@/shared/charts/chart';
import type { Palette } from '@/shared/charts/palette';
import { tip } from '@/shared/charts/tip';
import { useFormat } from '@/shared/format/use-format';
import { useNames } from '@/shared/ui/names';
import { Empty, Loaded } from '@/shared/ui/states';
import { knownSince, type Range } from './range';

type Flow = Schemas['Flow'];

export function FlowChart({ range }: { range: Range }) {
    const series = $api.useQuery('get', '/api/v1/lifecycle/series', { params: { query: range } });
    const from = range.from ?? knownSince(series.data?.items ?? []);
    const flows = $api.useQuery(
        'get',
        '/api/v1/lifecycle/flows',
        { params: { query: { ...range, ...(from ? { from } : {}) } } },
        { enabled: !series.isLoading },
    );
    return (
        <Loaded query={flows} lines={8}>
            {(data) => <Drawn flows={data.items} />}
        </Loaded>
    );
}

function Drawn({ flows }: { flows: Flow[] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    // Who stayed would dwarf who moved: the drawing is of those who moved.
    const moved = useMemo(() => flows.filter((f) => f.from !== f.to && f.customers > 0), [flows]);
    const from = useCallback((f: Flow) => (f.from === null ? t('New') : names.stage(f.from)), [t, names]);
    const to = useCallback((f: Flow) => (f.to === null ? t('Gone') : names.stage(f.to)), [t, names]);
    const option = useCallback(
        (palette: Palette) => {
            const color = (stage: string | null) => (stage === null ? palette.quiet : palette.stage(stage));
            const nodes = new Map<string, { name: string; label: object; itemStyle: object; depth: number }>();
            for (const flow of moved) {
                const label = { color: palette.text };
                nodes.set(`from ${flow.from}`, {
                    name: `from ${flow.from}`,
                    depth: 0,
                    itemStyle: { color: color(flow.from) },
                    label: { ...label, position: 'right', formatter: from(flow) },
                });
                nodes.set(`to ${flow.to}`, {
                    name: `to ${flow.to}`,
                    depth: 1,
                    itemStyle: { color: color(flow.to) },
                    label: { ...label, position: 'left', formatter: to(flow) },
                });
            }
            return {
                tooltip: {
                    ...tooltipStyle(palette),
                    formatter: (hit: { dataType: string; data: { flow?: Flow } }) =>
                        hit.data.flow
                            ? tip(`${from(hit.data.flow)} → ${to(hit.data.flow)}`, [
                                  { label: t('Customers'), value: format.integer(hit.data.flow.customers) },
                              ])
                            : '',
                },
                series: [
                    {
                        type: 'sankey',
                        left: 4,
                        right: 4,
                        top: 8,
                        bottom: 8,
                        nodeWidth: 14,
                        nodeGap: 10,
                        draggable: false,
                        lineStyle: { color: 'source', opacity: 0.35 },
                        emphasis: { focus: 'adjacency' },
                        data: [...nodes.values()],
                        links: moved.map((flow) => ({
                            source: `from ${flow.from}`,
                            target: `to ${flow.to}`,
                            value: flow.customers,
                            flow,
                        })),
                    },
                ],
            };
        },
        [moved, from, to, format, t],
    );
    return (
        <Chart
            question={t('From which stage did customers go to which?')}
            about={t(
                'Each customer once, from the first day of the period to the last; those who stayed are in the table.',
            )}
            height={340}
            option={option}
            empty={moved.length === 0 ? <Empty title={t('Nobody moved in this period')} /> : undefined}
            table={{
                columns: [t('From'), t('To'), t('Customers')],
                rows: flows.map((f) => [from(f), to(f), f.customers]),
            }}
        />
    );
}

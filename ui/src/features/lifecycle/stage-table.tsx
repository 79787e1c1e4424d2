import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { useMay } from '@/shared/session/session';
import { type Column, DataTable } from '@/shared/table/data-table';
import { stageColor } from '@/shared/theme/meaning';
import { LinkText } from '@/shared/ui/links';
import { ShareBar, StageMark } from '@/shared/ui/marks';
import { useNames } from '@/shared/ui/names';
import { Section } from '@/shared/ui/screen';

type Row = Schemas['StageTotals'];

export function StageTable({ summary }: { summary: Schemas['LifecycleSummary'] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    const { currency } = summary;
    const mayMakeAudiences = useMay('audiences');
    const toAudience = useMemo<Column<Row>>(
        () => ({
            id: 'audience',
            title: t('Audience'),
            value: () => null,
            cell: (r) => (
                <LinkText
                    to="/audiences/new"
                    search={{ stage: r.stage }}
                    aria-label={t('Audience of the stage {{stage}}', { stage: names.stage(r.stage) })}
                >
                    {t('Make one')}
                </LinkText>
            ),
            width: 100,
        }),
        [t, names],
    );
    const columns = useMemo<Column<Row>[]>(
        () => [
            {
                id: 'stage',
                title: t('Stage'),
                value: (r) => names.stage(r.stage),
                cell: (r) => <StageMark stage={r.stage} />,
                width: 124,
            },
            {
                id: 'customers',
                title: t('Customers'),
                value: (r) => r.customers,
                cell: (r) => format.integer(r.customers),
                align: 'end',
                width: 88,
            },
            {
                id: 'share',
                title: t('Share'),
                value: (r) => r.share,
                cell: (r) => <ShareBar share={r.share} label={format.percent(r.share)} color={stageColor(r.stage)} />,
                align: 'end',
                width: 124,
            },
            {
                id: 'revenue',
                title: t('Revenue of a year'),
                value: (r) => r.revenue_365d,
                cell: (r) => (r.revenue_365d === null ? '–' : format.money(r.revenue_365d, currency)),
                align: 'end',
                width: 128,
            },
            {
                id: 'revenue_share',
                title: t('Share of revenue'),
                value: (r) => r.revenue_share,
                cell: (r) =>
                    r.revenue_share === null ? (
                        '–'
                    ) : (
                        <ShareBar
                            share={r.revenue_share}
                            label={format.percent(r.revenue_share)}
                            color={stageColor(r.stage)}
                        />
                    ),
                align: 'end',
                width: 124,
            },
            {
                id: 'ltv',
                title: t('Predicted value'),
                value: (r) => r.predicted_ltv,
                cell: (r) => (r.with_prediction > 0 ? format.money(r.predicted_ltv, currency) : '–'),
                align: 'end',
                width: 124,
            },
            {
                id: 'days',
                title: t('Mean days in stage'),
                value: (r) => r.mean_days,
                cell: (r) => format.decimal(r.mean_days, 1),
                align: 'end',
                width: 144,
            },
            {
                id: 'flags',
                title: t('Flags'),
                value: (r) =>
                    Object.entries(r.flags)
                        .map(([name, n]) => `${name}: ${format.integer(n)}`)
                        .join(', '),
                width: 128,
                wrap: true,
            },
            { id: 'overridden', title: t('By hand'), value: (r) => r.overridden, align: 'end', width: 84 },
            ...(mayMakeAudiences ? [toAudience] : []),
        ],
        [t, format, names, currency, mayMakeAudiences, toAudience],
    );
    return (
        <Section title={t('Where are the customers and their value now?')}>
            <DataTable name={t('Stages')} columns={columns} rows={summary.stages} rowId={(r) => r.stage} height={360} />
        </Section>
    );
}

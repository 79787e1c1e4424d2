import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/shared/api/client';
import { type Column, DataTable } from '@/shared/table/data-table';
import { StateMark } from '@/shared/ui/marks';
import { StatRow, StatTile } from '@/shared/ui/stat-tile';
import { useFormat } from '@/shared/format/use-format';
import { Change } from './change';

export type Plan = Schemas['PlanReport'];
type Row = Schemas['PlannedRow'];

/** What an import or a bulk change would do, or did, row by row. */
export function PlanTable({ plan, isImport }: { plan: Plan; isImport: boolean }) {
    const { t } = useTranslation();
    const format = useFormat();
    const columns = useMemo<Column<Row>[]>(
        () => [
            ...(isImport
                ? [
                      {
                          id: 'line',
                          title: t('Line'),
                          value: (r: Row) => r.line || r.row,
                          align: 'end' as const,
                          width: 64,
                      },
                  ]
                : []),
            {
                id: 'outcome',
                title: t('Outcome'),
                value: (r) => r.outcome,
                cell: (r) => <StateMark state={r.outcome === 'rejected' ? 'failed' : r.outcome} />,
                width: 104,
            },
            {
                id: 'offer_id',
                title: t('Id'),
                value: (r) => (r.offer_id >= 0 ? r.offer_id : ''),
                align: 'end',
                width: 64,
            },
            { id: 'name', title: t('Name'), value: (r) => r.name, width: 180 },
            {
                id: 'what',
                title: t('What changes, or what is wrong'),
                value: (r) =>
                    r.problem ||
                    r.changes
                        .map((c) => `${c.pointer}: ${JSON.stringify(c.before)} → ${JSON.stringify(c.after)}`)
                        .join('; '),
                cell: (r) =>
                    r.problem ? (
                        <Text c="var(--boon-danger)" span>
                            {r.problem}
                        </Text>
                    ) : (
                        r.changes.map((c, i) => <Change key={i} change={c} isInline />)
                    ),
                wrap: true,
                width: 420,
            },
        ],
        [t, isImport],
    );
    return (
        <>
            <StatRow>
                {isImport && <StatTile label={t('Created')} value={format.integer(plan.created)} />}
                <StatTile label={t('Updated')} value={format.integer(plan.updated)} />
                <StatTile label={t('Unchanged')} value={format.integer(plan.unchanged)} />
                <StatTile
                    label={t('Rejected')}
                    value={format.integer(plan.rejected)}
                    tone="bad"
                    note={plan.rejected > 0 ? t('see the rows below') : undefined}
                />
            </StatRow>
            <DataTable name={t('Preview')} columns={columns} rows={plan.rows} rowId={(r) => `${r.row}`} height={420} />
        </>
    );
}

import { Alert } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { $api } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { Columns, Screen } from '@/shared/ui/screen';
import { StatRow, StatTile } from '@/shared/ui/stat-tile';
import { Empty, Loaded } from '@/shared/ui/states';
import { Distribution } from './distribution';
import { Movements } from './movements';
import { RfmMap } from './rfm-map';
import { Segments } from './segments';

export function ValueScreen() {
    const { t } = useTranslation();
    const format = useFormat();
    const summary = $api.useQuery('get', '/api/v1/value/summary');
    return (
        <Screen
            title={t('Value')}
            about={t('What your customers are worth, where the value is concentrated, and who moves.')}
        >
            <Loaded query={summary} lines={10}>
                {(data) => {
                    if (data.as_of === null) {
                        return (
                            <Empty title={t('Value will appear here')}>
                                {t('It is computed by the daily run, or at once by “boon value update”.')}
                            </Empty>
                        );
                    }
                    const best = data.segments[0];
                    const revenue = data.segments.reduce((sum, s) => sum + s.revenue_365d, 0);
                    return (
                        <>
                            {data.is_partial > 0 && (
                                <Alert color="yellow" variant="light" p="xs">
                                    {t(
                                        '{{n}} customers have a partial score: without a predicted value it is of revenue alone.',
                                        { n: format.integer(data.is_partial) },
                                    )}
                                </Alert>
                            )}
                            <StatRow>
                                <StatTile
                                    label={t('Active customers')}
                                    explain={t('With activity in the last 365 days: the base of all scores.')}
                                    value={format.compact(data.in_base)}
                                    note={t('of {{n}}, on {{date}}', {
                                        n: format.compact(data.customers),
                                        date: format.date(data.as_of),
                                    })}
                                />
                                <StatTile
                                    label={t('Revenue of a year')}
                                    value={format.moneyCompact(revenue, data.currency)}
                                    note={t('net of returns')}
                                />
                                {best && (
                                    <StatTile
                                        label={t('From the highest segment')}
                                        value={format.percent(best.revenue_share)}
                                        note={t('by {{share}} of the customers', { share: format.percent(best.share) })}
                                    />
                                )}
                                {best && best.predicted_ltv > 0 && (
                                    <StatTile
                                        label={t('Its predicted value')}
                                        value={format.moneyCompact(best.predicted_ltv, data.currency)}
                                    />
                                )}
                            </StatRow>
                            <Segments summary={data} />
                            <Columns>
                                <RfmMap currency={data.currency} />
                                <Distribution currency={data.currency} />
                            </Columns>
                            <Movements />
                        </>
                    );
                }}
            </Loaded>
        </Screen>
    );
}

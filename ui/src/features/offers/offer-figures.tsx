import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { $api, type Schemas } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { Section } from '@/shared/ui/screen';
import { Empty, Loaded } from '@/shared/ui/states';
import type { Origin } from './figures';
import css from './figures.module.css';
import { Rate } from './rate';

type Figures = Schemas['OfferFiguresAnswer'];

export function useOfferFigures(id: number) {
    return $api.useQuery('get', '/api/v1/offers/{offer_id}/figures', { params: { path: { offer_id: id } } });
}

export function useOriginWords(): Record<Origin, { title: string; inside: string; about: string }> {
    const { t } = useTranslation();
    return {
        history: {
            title: t('By history'),
            inside: t('by history'),
            about: t('Interactions that the warehouse has or that were posted: sent, and what the customer did.'),
        },
        decisions: {
            title: t('By decisions'),
            inside: t('by decisions'),
            about: t('How often boon’s own decisions showed it, and the outcomes reported for them.'),
        },
    };
}

/** What was counted, and how old it is. */
export function useTakenWords(): (figures: Pick<Figures, 'taken_at' | 'history_until' | 'horizon_days'>) => string {
    const { t } = useTranslation();
    const format = useFormat();
    return ({ taken_at, history_until, horizon_days }) => {
        const facts = {
            ago: taken_at ? format.ago(taken_at) : '',
            date: history_until ? format.date(history_until) : '',
            days: horizon_days,
        };
        return history_until
            ? t(
                  'Counted {{ago}}; the history goes up to {{date}}. The rate is of what was shown over {{days}} days ago.',
                  facts,
              )
            : t('Counted {{ago}}. The rate is of what was shown over {{days}} days ago.', facts);
    };
}

export function NotCounted() {
    const { t } = useTranslation();
    return (
        <Empty title={t('Figures will appear here')}>
            {t('They are counted with the features by the daily run, or at once by “boon features”.')}
        </Empty>
    );
}

/** How one offer does: both windows, by both records. */
export function OfferFigures({ id }: { id: number }) {
    const figures = useOfferFigures(id);
    const origins = useOriginWords();
    const taken = useTakenWords();
    return (
        <Loaded query={figures}>
            {(data) =>
                data.taken_at === null ? (
                    <NotCounted />
                ) : (
                    <div className={css.column}>
                        <div className="quiet small">{taken(data)}</div>
                        {(['history', 'decisions'] as const).map((origin) => (
                            <Section key={origin} title={origins[origin].title} about={origins[origin].about}>
                                <Windows figures={data} origin={origin} />
                            </Section>
                        ))}
                    </div>
                )
            }
        </Loaded>
    );
}

function Windows({ figures, origin }: { figures: Figures; origin: Origin }) {
    const { t } = useTranslation();
    const format = useFormat();
    return (
        <Table.ScrollContainer minWidth={600}>
            <Table>
                <Table.Thead>
                    <Table.Tr>
                        <Table.Th className={css.rate}>{t('In the last')}</Table.Th>
                        {[
                            t('Conversion rate'),
                            t('Shown'),
                            t('Viewed'),
                            t('Clicked'),
                            t('Converted'),
                            t('Rejected'),
                        ].map((title) => (
                            <Table.Th key={title} ta="end">
                                {title}
                            </Table.Th>
                        ))}
                    </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                    {figures.windows.map((window) => {
                        const of = window[origin];
                        return (
                            <Table.Tr key={window.days}>
                                <Table.Td className={css.rate}>{format.days(window.days)}</Table.Td>
                                <Table.Td ta="end">
                                    <Rate of={of} />
                                </Table.Td>
                                {[of.shown, of.viewed, of.clicked, of.converted, of.rejected].map((n, i) => (
                                    <Table.Td key={i} ta="end" className="num">
                                        {format.integer(n)}
                                    </Table.Td>
                                ))}
                            </Table.Tr>
                        );
                    })}
                </Table.Tbody>
            </Table>
        </Table.ScrollContainer>
    );
}

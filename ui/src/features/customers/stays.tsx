import { Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { stageColor } from '@/shared/theme/meaning';
import { useNames } from '@/shared/ui/names';
import { StayReason } from '@/shared/told/stay-reason';
import { Section } from '@/shared/ui/screen';
import css from './stays.module.css';

/** Where the customer has been, to scale, and why each time. */
export function Stays({ lifecycle }: { lifecycle: Schemas['CustomerLifecycle'] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    const stays = lifecycle.stays.toSorted((a, b) => a.entered_at.localeCompare(b.entered_at));
    return (
        <Section title={t('Which stages has this customer been in?')}>
            {stays.length === 0 ? (
                <Text className="quiet">{t('None yet: stages are given by the daily run.')}</Text>
            ) : (
                <>
                    <div
                        className={css.band}
                        role="img"
                        aria-label={stays
                            .map((s) => `${names.stage(s.stage)}: ${format.days(s.duration_days)}`)
                            .join(', ')}
                    >
                        {stays.map((stay) => (
                            <Tooltip
                                key={stay.entered_at}
                                label={`${names.stage(stay.stage)} · ${format.days(stay.duration_days)}`}
                            >
                                <span
                                    className={css.stay}
                                    style={{
                                        flexGrow: Math.max(stay.duration_days, 0.5),
                                        background: stageColor(stay.stage),
                                    }}
                                />
                            </Tooltip>
                        ))}
                    </div>
                    <ol className={css.list}>
                        {stays.toReversed().map((stay) => (
                            <li key={stay.entered_at}>
                                <span className={css.dot} style={{ background: stageColor(stay.stage) }} />
                                <span className={css.words}>
                                    <b>{names.stage(stay.stage)}</b>{' '}
                                    <span className="quiet num">
                                        {format.date(stay.entered_at)} –{' '}
                                        {stay.exited_at ? format.date(stay.exited_at) : t('now')} ·{' '}
                                        {format.days(stay.duration_days)}
                                    </span>
                                    <br />
                                    <StayReason rule={stay.rule} reason={stay.reason} />
                                </span>
                            </li>
                        ))}
                    </ol>
                </>
            )}
        </Section>
    );
}

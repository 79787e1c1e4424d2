import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { useVariableWords } from '@/shared/rules/variables';
import { ruleInWords } from '@/shared/rules/words';
import { useMay } from '@/shared/session/session';
import { Fact } from '@/shared/ui/confirm';
import { StageMark, StateMark } from '@/shared/ui/marks';
import { useNames } from '@/shared/ui/names';
import { SidePanel } from '@/shared/ui/side-panel';
import { LinkButton, LinkText } from '@/shared/ui/links';
import { segmentWords } from '@/shared/told/considered';
import { Loaded } from '@/shared/ui/states';
import { type Move, MoveDialog, useMoveWords } from './move-dialog';
import { movesFrom, type Offer } from './offer';
import { useOfferFigures, useOriginWords } from './offer-figures';
import css from './offers.module.css';
import { Rate } from './rate';

/** One offer beside the list. */
export function OfferPanel({ id, onClose }: { id: number; onClose: () => void }) {
    const { t } = useTranslation();
    const offer = $api.useQuery('get', '/api/v1/offers/{offer_id}', { params: { path: { offer_id: id } } });
    const mayChange = useMay('offers');
    const mayDecide = useMay('decide');
    const words = useMoveWords();
    const [move, setMove] = useState<Move>();
    return (
        <SidePanel
            title={offer.data?.name ?? t('Offer {{id}}', { id })}
            onClose={onClose}
            actions={
                offer.data && (
                    <>
                        <LinkButton size="xs" to="/offers/$offerId" params={{ offerId: String(id) }}>
                            {mayChange && offer.data.status !== 'retired' ? t('Edit') : t('Open')}
                        </LinkButton>
                        {mayChange &&
                            movesFrom[offer.data.status].map((m) => (
                                <Button key={m} size="xs" variant="default" onClick={() => setMove(m)}>
                                    {words[m].verb}
                                </Button>
                            ))}
                        {mayDecide && (
                            <LinkButton size="xs" variant="default" to="/lab">
                                {t('Try a decision')}
                            </LinkButton>
                        )}
                    </>
                )
            }
        >
            <Loaded query={offer}>{(data) => <OfferFacts offer={data} />}</Loaded>
            <Doing id={id} />
            {offer.data && move && <MoveDialog offer={offer.data} move={move} onClose={() => setMove(undefined)} />}
        </SidePanel>
    );
}

/** The last 30 days in a line for each record that knows of any. */
function Doing({ id }: { id: number }) {
    const { t } = useTranslation();
    const format = useFormat();
    const origins = useOriginWords();
    const figures = useOfferFigures(id).data?.windows.find((window) => window.days === 30);
    const known = (['history', 'decisions'] as const).filter((origin) => figures && figures[origin].shown > 0);
    if (!figures || known.length === 0) {
        return null;
    }
    return (
        <div className={css.doing}>
            <dl className={css.facts}>
                {known.map((origin) => (
                    <Fact
                        key={origin}
                        className={css.wide}
                        label={t('30 days, {{record}}', { record: origins[origin].inside })}
                    >
                        {t('{{shown}} shown, {{converted}} converted', {
                            shown: format.integer(figures[origin].shown),
                            converted: format.integer(figures[origin].converted),
                        })}{' '}
                        · <Rate of={figures[origin]} />
                    </Fact>
                ))}
            </dl>
            <Text mt="xs">
                <LinkText to="/offers/$offerId" params={{ offerId: String(id) }} search={{ tab: 'figures' }}>
                    {t('How it does')}
                </LinkText>
            </Text>
        </div>
    );
}

function OfferFacts({ offer }: { offer: Offer }) {
    const { t } = useTranslation();
    const words = useVariableWords();
    const format = useFormat();
    const names = useNames();
    const money = (amount: number | null) => (amount === null ? '–' : format.money(amount, offer.currency));
    return (
        <dl className={css.facts}>
            <Fact label={t('Status')}>
                <StateMark state={offer.is_active ? offer.status : 'withdrawn'} /> {offer.inactive_reason}
            </Fact>
            <Fact label={t('Category')}>{offer.category || '–'}</Fact>
            <Fact label={t('Stage')}>
                {offer.lifecycle_stage ? <StageMark stage={offer.lifecycle_stage} /> : t('any')}
            </Fact>
            <Fact label={t('Segment')}>
                {offer.target_segment ? segmentWords(offer.target_segment, names) : t('all')}
            </Fact>
            <Fact label={t('Value if it converts')}>{money(offer.value)}</Fact>
            <Fact
                label={t('Redemption and contact cost')}
            >{`${money(offer.redemption_cost)} · ${money(offer.contact_cost)}`}</Fact>
            <Fact label={t('Weight')}>{format.decimal(offer.weight)}</Fact>
            <Fact label={t('Valid')}>
                {[offer.valid_from, offer.valid_until].map((at) => (at ? format.date(at) : '…')).join(' – ')}
            </Fact>
            <Fact label={t('Channels')}>{offer.channels.length > 0 ? format.list(offer.channels) : t('all')}</Fact>
            <Fact label={t('Placements')}>
                {offer.placements.length > 0 ? format.list(offer.placements) : t('all')}
            </Fact>
            <Fact className={css.wide} label={t('Who is eligible')}>
                {ruleInWords(offer.eligibility_rule, t, words)}
            </Fact>
            {offer.description && (
                <Fact className={css.wide} label={t('Description')}>
                    <bdi>{offer.description}</bdi>
                </Fact>
            )}
            <Fact label={t('Version')}>{`${offer.version} · ${format.ago(offer.updated_at)}`}</Fact>
            <Fact label={t('From')}>
                {[offer.external_system, offer.external_offer_id].filter(Boolean).join(' · ') || '–'}
            </Fact>
        </dl>
    );
}

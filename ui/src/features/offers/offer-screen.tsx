import { Alert, Button, Tabs } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useBlocker, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, dataOf, ifMatch } from '@/shared/api/client';
import { asProblem } from '@/shared/api/problem';
import { changed } from '@/shared/api/queries';
import { sameLogic } from '@/shared/rules/logic';
import { useMay } from '@/shared/session/session';
import { StateMark } from '@/shared/ui/marks';
import { done } from '@/shared/ui/notify';
import { Screen } from '@/shared/ui/screen';
import { Failed, Loaded } from '@/shared/ui/states';
import { LinkButton } from '@/shared/ui/links';
import { toSend } from './editing';
import { merge, type Merged } from './merge';
import { MergeDialog } from './merge-dialog';
import { type Move, MoveDialog, useMoveWords } from './move-dialog';
import { movesFrom, type Offer, type OfferInput } from './offer';
import { OfferFigures } from './offer-figures';
import { OfferForm } from './offer-form';
import { OfferPreview } from './offer-preview';
import css from './preview.module.css';
import { Versions } from './versions';

export function OfferScreen() {
    const { offerId } = useParams({ from: '/shell/offers/$offerId' });
    const id = Number(offerId);
    const offer = $api.useQuery('get', '/api/v1/offers/{offer_id}', { params: { path: { offer_id: id } } });
    return <Loaded query={offer}>{(data) => <OfferDetails key={data.offer_id} offer={data} />}</Loaded>;
}

function OfferDetails({ offer }: { offer: Offer }) {
    const { t } = useTranslation();
    const { tab } = useSearch({ from: '/shell/offers/$offerId' });
    const navigate = useNavigate({ from: '/offers/$offerId' });
    const mayChange = useMay('offers');
    const [move, setMove] = useState<Move>();
    const words = useMoveWords();
    return (
        <Screen
            title={offer.name}
            about={
                <>
                    <StateMark state={offer.is_active ? offer.status : 'withdrawn'} />{' '}
                    {t('Offer {{id}} · version {{version}}', { id: offer.offer_id, version: offer.version })}
                </>
            }
            actions={
                <>
                    <LinkButton variant="default" to="/offers">
                        {t('All offers')}
                    </LinkButton>
                    {mayChange &&
                        movesFrom[offer.status].map((m) => (
                            <Button key={m} variant="default" onClick={() => setMove(m)}>
                                {words[m].verb}
                            </Button>
                        ))}
                </>
            }
        >
            <Tabs
                value={tab ?? 'edit'}
                onChange={(next) =>
                    void navigate({
                        search: { tab: next === 'versions' || next === 'figures' ? next : undefined },
                        replace: true,
                    })
                }
            >
                <Tabs.List>
                    <Tabs.Tab value="edit">{t('Offer')}</Tabs.Tab>
                    <Tabs.Tab value="figures">{t('How it does')}</Tabs.Tab>
                    <Tabs.Tab value="versions">{t('Versions')}</Tabs.Tab>
                </Tabs.List>
                <Tabs.Panel value="edit" pt="md">
                    <Editor saved={offer} isReadOnly={!mayChange || offer.status === 'retired'} />
                </Tabs.Panel>
                <Tabs.Panel value="figures" pt="md">
                    {tab === 'figures' && <OfferFigures id={offer.offer_id} />}
                </Tabs.Panel>
                <Tabs.Panel value="versions" pt="md">
                    {tab === 'versions' && <Versions offer={offer} mayChange={mayChange} />}
                </Tabs.Panel>
            </Tabs>
            {move && <MoveDialog offer={offer} move={move} onClose={() => setMove(undefined)} />}
        </Screen>
    );
}

function Editor({ saved, isReadOnly }: { saved: Offer; isReadOnly: boolean }) {
    const { t } = useTranslation();
    // What the draft began from: another's save does not pull the ground away under it.
    const [base, setBase] = useState(saved);
    const [draft, setDraft] = useState(saved);
    const [isRuleBroken, setRuleBroken] = useState(false);
    const [merged, setMerged] = useState<Merged & { version: number }>();
    const isDirty = !sameLogic(base, draft);
    if (!isDirty && saved.version !== base.version) {
        setBase(saved);
        setDraft(saved);
    }
    useBlocker({
        shouldBlockFn: () => isDirty && !globalThis.confirm(t('Leave without saving your changes?')),
        enableBeforeUnload: isDirty,
    });
    const put = (fields: Offer, version: number) =>
        dataOf(
            api.PUT('/api/v1/offers/{offer_id}', {
                params: { path: { offer_id: base.offer_id } },
                headers: ifMatch(version),
                body: toSend(fields) as OfferInput,
            }),
        );
    const accept = async (offer: Offer) => {
        setBase(offer);
        setDraft(offer);
        setMerged(undefined);
        await changed('/api/v1/offers');
        done(t('Saved as version {{version}}.', { version: offer.version }));
    };
    const save = useMutation({
        mutationFn: () => put(draft, base.version),
        onSuccess: accept,
        onError: async (error) => {
            if (asProblem(error).status === 412) {
                const theirs = await dataOf(
                    api.GET('/api/v1/offers/{offer_id}', { params: { path: { offer_id: base.offer_id } } }),
                );
                setMerged({ ...merge({ ...base }, { ...draft }, { ...theirs }), version: theirs.version });
                save.reset();
            }
        },
    });
    const problem = save.isError ? asProblem(save.error) : undefined;
    return (
        <div className={css.editor}>
            <div className={css.column}>
                {isReadOnly && saved.status === 'retired' && (
                    <Alert variant="light" color="gray">
                        {t('Retired offers do not change.')}
                    </Alert>
                )}
                <OfferForm
                    editing={{
                        draft,
                        isReadOnly,
                        set: (field, value) => setDraft((old) => ({ ...old, [field]: value })),
                        wrong: (field) => problem?.at(`/${field}`),
                    }}
                    onRuleBroken={setRuleBroken}
                />
            </div>
            <div className={`${css.column} ${css.aside}`}>
                {!isReadOnly && (
                    <>
                        <Button
                            disabled={!isDirty || isRuleBroken}
                            loading={save.isPending}
                            onClick={() => save.mutate()}
                        >
                            {t('Save')}
                        </Button>
                        <Button
                            variant="default"
                            disabled={!isDirty}
                            onClick={() => {
                                setDraft(base);
                                save.reset();
                            }}
                        >
                            {t('Undo all changes')}
                        </Button>
                    </>
                )}
                {problem && <Failed error={problem} />}
                <OfferPreview offer={draft} />
            </div>
            {merged && (
                <MergeDialog
                    merged={merged}
                    onClose={() => setMerged(undefined)}
                    onSave={async (fields) => accept(await put(fields as unknown as Offer, merged.version))}
                />
            )}
        </div>
    );
}

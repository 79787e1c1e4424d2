import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '@/shared/api/client';
import { asProblem } from '@/shared/api/problem';
import { changed } from '@/shared/api/queries';
import { done } from '@/shared/ui/notify';
import { LinkButton } from '@/shared/ui/links';
import { Screen } from '@/shared/ui/screen';
import { Failed } from '@/shared/ui/states';
import { emptyOffer, toSend } from './editing';
import type { OfferInput } from './offer';
import { OfferForm } from './offer-form';
import { OfferPreview } from './offer-preview';
import css from './preview.module.css';

export function NewOfferScreen() {
    const { t } = useTranslation();
    const navigate = useNavigate();
    const [draft, setDraft] = useState(emptyOffer);
    const [isRuleBroken, setRuleBroken] = useState(false);
    const create = useMutation({
        mutationFn: () => dataOf(api.POST('/api/v1/offers', { body: toSend(draft) as OfferInput })),
        onSuccess: async (offer) => {
            await changed('/api/v1/offers');
            done(t('“{{name}}” is created as a draft.', { name: offer.name }));
            await navigate({ to: '/offers/$offerId', params: { offerId: String(offer.offer_id) } });
        },
    });
    const problem = create.isError ? asProblem(create.error) : undefined;
    return (
        <Screen
            needs="offers"
            title={t('New offer')}
            about={t('It begins as a draft: no customer sees it before you make it live.')}
            actions={
                <LinkButton variant="default" to="/offers">
                    {t('Cancel')}
                </LinkButton>
            }
        >
            <div className={css.editor}>
                <div className={css.column}>
                    <OfferForm
                        editing={{
                            draft,
                            isReadOnly: false,
                            set: (field, value) => setDraft((old) => ({ ...old, [field]: value })),
                            wrong: (field) => problem?.at(`/${field}`),
                        }}
                        onRuleBroken={setRuleBroken}
                    />
                </div>
                <div className={`${css.column} ${css.aside}`}>
                    <Button
                        disabled={draft.name === '' || isRuleBroken}
                        loading={create.isPending}
                        onClick={() => create.mutate()}
                    >
                        {t('Create the draft')}
                    </Button>
                    {problem && <Failed error={problem} />}
                    <OfferPreview offer={draft} />
                </div>
            </div>
        </Screen>
    );
}

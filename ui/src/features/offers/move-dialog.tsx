import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import { changed } from '@/shared/api/queries';
import { Confirm } from '@/shared/ui/confirm';
import { done } from '@/shared/ui/notify';
import type { Offer } from './offer';

export type Move = 'activate' | 'pause' | 'retire';

export function useMoveWords() {
    const { t } = useTranslation();
    return useMemo(
        () => ({
            activate: {
                verb: t('Make live'),
                title: (name: string) => t('Make “{{name}}” live?', { name }),
                effect: t('Customers whom it fits can be shown it from the next decision on.'),
                said: t('The offer is live.'),
            },
            pause: {
                verb: t('Pause'),
                title: (name: string) => t('Pause “{{name}}”?', { name }),
                effect: t('No decision shows it until it is made live again.'),
                said: t('The offer is paused.'),
            },
            retire: {
                verb: t('Retire'),
                title: (name: string) => t('Retire “{{name}}”?', { name }),
                effect: t(
                    'Retired is the end: it is never shown again, cannot be changed, and its id is not given again. Its history stays.',
                ),
                said: t('The offer is retired.'),
            },
        }),
        [t],
    );
}

async function carryOut(move: Move, offerId: number): Promise<void> {
    const init = { params: { path: { offer_id: offerId } } };
    if (move === 'activate') {
        await api.POST('/api/v1/offers/{offer_id}:activate', init);
    } else if (move === 'pause') {
        await api.POST('/api/v1/offers/{offer_id}:pause', init);
    } else {
        await api.POST('/api/v1/offers/{offer_id}:retire', init);
    }
}

export function MoveDialog({ offer, move, onClose }: { offer: Offer; move: Move; onClose: () => void }) {
    const words = useMoveWords()[move];
    const act = async () => {
        await carryOut(move, offer.offer_id);
        await changed('/api/v1/offers');
        done(words.said);
    };
    return (
        <Confirm
            isOpen
            onClose={onClose}
            title={words.title(offer.name)}
            verb={words.verb}
            isDangerous={move === 'retire'}
            act={act}
        >
            {words.effect}
        </Confirm>
    );
}

import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api } from '@/shared/api/client';
import { changed } from '@/shared/api/queries';
import { useFormat } from '@/shared/format/use-format';
import { Confirm } from '@/shared/ui/confirm';
import { done } from '@/shared/ui/notify';
import { Section } from '@/shared/ui/screen';
import { Loaded } from '@/shared/ui/states';
import { Change } from './change';
import type { Offer } from './offer';

/** Every version with who, when and what; any two compared; any of them brought back. */
export function Versions({ offer, mayChange }: { offer: Offer; mayChange: boolean }) {
    const { t } = useTranslation();
    const format = useFormat();
    const [restoring, setRestoring] = useState<number>();
    const path = { offer_id: offer.offer_id };
    const history = $api.useQuery('get', '/api/v1/offers/{offer_id}/history', {
        params: { path, query: { limit: 200 } },
    });
    const restore = async (version: number) => {
        await api.POST('/api/v1/offers/{offer_id}/versions/{version}:restore', {
            params: { path: { ...path, version } },
        });
        await changed('/api/v1/offers');
        done(t('Version {{version}} is back, as a new version.', { version }));
    };
    return (
        <Stack>
            {offer.version > 1 && <Compare offer={offer} />}
            <Loaded query={history}>
                {(data) =>
                    data.items.map((revision) => (
                        <Section
                            key={revision.version}
                            title={t('Version {{version}}: {{change}}', {
                                version: revision.version,
                                change: revision.change,
                            })}
                            about={
                                <>
                                    <bdi>{revision.changed_by}</bdi> · <bdi>{format.dateTime(revision.changed_at)}</bdi>
                                </>
                            }
                            actions={
                                mayChange &&
                                revision.version !== offer.version &&
                                offer.status !== 'retired' && (
                                    <Button
                                        size="compact-xs"
                                        variant="default"
                                        onClick={() => setRestoring(revision.version)}
                                    >
                                        {t('Restore')}
                                    </Button>
                                )
                            }
                        >
                            <div>
                                {revision.changes.slice(0, 40).map((change, i) => (
                                    <Change key={i} change={change} />
                                ))}
                                {revision.changes.length === 0 && (
                                    <Text className="quiet">{t('The first version')}</Text>
                                )}
                            </div>
                        </Section>
                    ))
                }
            </Loaded>
            <Confirm
                isOpen={restoring !== undefined}
                onClose={() => setRestoring(undefined)}
                title={t('Restore version {{version}} of “{{name}}”?', { version: restoring, name: offer.name })}
                verb={t('Restore')}
                act={() => restore(restoring ?? 0)}
            >
                {t('What it said then becomes its next version. Its status stays as it is.')}
            </Confirm>
        </Stack>
    );
}

function Compare({ offer }: { offer: Offer }) {
    const { t } = useTranslation();
    const search = useSearch({ from: '/shell/offers/$offerId' });
    const navigate = useNavigate({ from: '/offers/$offerId' });
    const from = search.from ?? offer.version - 1;
    const to = search.to ?? offer.version;
    const versions = Array.from({ length: offer.version }, (_, i) => String(offer.version - i));
    const pick = (change: { from?: number; to?: number }) =>
        void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
    const diff = $api.useQuery('get', '/api/v1/offers/{offer_id}/diff', {
        params: { path: { offer_id: offer.offer_id }, query: { from: String(from), to: String(to) } },
    });
    return (
        <Section title={t('What changed between two versions?')}>
            <Group>
                <NativeSelect
                    label={t('From version')}
                    value={String(from)}
                    data={versions}
                    onChange={(e) => pick({ from: Number(e.currentTarget.value) })}
                />
                <NativeSelect
                    label={t('To version')}
                    value={String(to)}
                    data={versions}
                    onChange={(e) => pick({ to: Number(e.currentTarget.value) })}
                />
            </Group>
            <Loaded query={diff} lines={3}>
                {(data) => (
                    <div>
                        {data.items.map((change, i) => (
                            <Change key={i} change={change} />
                        ))}
                        {data.items.length === 0 && <Text className="quiet">{t('Nothing.')}</Text>}
                    </div>
                )}
            </Loaded>
        </Section>
    );
}

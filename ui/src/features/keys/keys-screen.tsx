import { Button, Checkbox, NumberInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, dataOf, type Schemas } from '@/shared/api/client';
import { changed } from '@/shared/api/queries';
import { useFormat } from '@/shared/format/use-format';
import { type Column, DataTable } from '@/shared/table/data-table';
import { Confirm } from '@/shared/ui/confirm';
import { Dialog } from '@/shared/ui/dialog';
import { done } from '@/shared/ui/notify';
import { Screen } from '@/shared/ui/screen';
import { ShownOnce } from '@/shared/ui/shown-once';
import { Empty, Failed } from '@/shared/ui/states';

type Key = Schemas['KeyRecord'];
type Scope = Key['scopes'][number];
const none: Key[] = [];

export function KeysScreen() {
    const { t } = useTranslation();
    const keys = $api.useQuery('get', '/api/v1/keys');
    const [isMaking, setMaking] = useState(false);
    const [revoking, setRevoking] = useState<Key>();
    const columns = useColumns(setRevoking);
    return (
        <Screen
            needs="keys"
            title={t('API keys')}
            about={t('For programs. A key is shown once, when it is made; only its hash is kept.')}
            actions={<Button onClick={() => setMaking(true)}>{t('Make a key')}</Button>}
        >
            {keys.isError && !keys.data ? (
                <Failed error={keys.error} onRetry={() => void keys.refetch()} />
            ) : (
                <DataTable
                    name={t('API keys')}
                    columns={columns}
                    rows={keys.data?.items ?? none}
                    rowId={(key) => key.id}
                    isLoading={keys.isLoading}
                    empty={<Empty title={t('Keys will appear here')} />}
                />
            )}
            {isMaking && <MakeKey onClose={() => setMaking(false)} />}
            <Confirm
                isOpen={revoking !== undefined}
                onClose={() => setRevoking(undefined)}
                title={t('Revoke the key “{{name}}”?', { name: revoking?.name })}
                verb={t('Revoke')}
                isDangerous
                act={async () => {
                    await api.DELETE('/api/v1/keys/{key_id}', { params: { path: { key_id: revoking?.id ?? '' } } });
                    await changed('/api/v1/keys');
                    done(t('The key is revoked.'));
                }}
            >
                {t('What uses it is refused from now on. This cannot be undone.')}
            </Confirm>
        </Screen>
    );
}

function useColumns(onRevoke: (key: Key) => void): Column<Key>[] {
    const { t } = useTranslation();
    const format = useFormat();
    return useMemo(
        () => [
            { id: 'name', title: t('Name'), value: (k) => k.name, width: 200 },
            { id: 'scopes', title: t('May'), value: (k) => k.scopes.join(', '), width: 160 },
            {
                id: 'created',
                title: t('Made'),
                value: (k) => k.created_at,
                cell: (k) => (
                    <>
                        <bdi>{format.date(k.created_at)}</bdi> · <bdi>{k.created_by}</bdi>
                    </>
                ),
                width: 220,
            },
            {
                id: 'used',
                title: t('Last used'),
                value: (k) => k.last_used_at,
                cell: (k) => (k.last_used_at ? format.ago(k.last_used_at) : t('never')),
                width: 130,
            },
            {
                id: 'expires',
                title: t('Expires'),
                value: (k) => k.expires_at,
                cell: (k) => (k.expires_at ? format.date(k.expires_at) : t('never')),
                width: 120,
            },
            {
                id: 'revoke',
                title: t('State'),
                value: (k) => (k.revoked_at ? t('revoked') : t('in use')),
                cell: (k) =>
                    k.revoked_at ? (
                        <span className="quiet">{t('revoked {{ago}}', { ago: format.ago(k.revoked_at) })}</span>
                    ) : (
                        <Button size="compact-xs" variant="default" onClick={() => onRevoke(k)}>
                            {t('Revoke')}
                        </Button>
                    ),
                width: 150,
            },
        ],
        [t, format, onRevoke],
    );
}

function MakeKey({ onClose }: { onClose: () => void }) {
    const { t } = useTranslation();
    const [name, setName] = useState('');
    const [scopes, setScopes] = useState<Scope[]>(['read']);
    const [days, setDays] = useState<number | null>(365);
    const words: Record<Scope, string> = {
        read: t('read: look at anything but secrets'),
        decide: t('decide: ask for decisions, report outcomes and events'),
        write: t('write: change offers and the like, start jobs'),
        admin: t('admin: everything'),
    };
    const make = useMutation({
        mutationFn: () => dataOf(api.POST('/api/v1/keys', { body: { name, scopes, expires_in_days: days } })),
        onSuccess: () => changed('/api/v1/keys'),
    });
    return (
        <Dialog onClose={onClose} title={t('Make a key')}>
            {make.data ? (
                <ShownOnce value={make.data.key}>{t('This is the key. It is not shown again.')}</ShownOnce>
            ) : (
                <Stack>
                    <TextInput
                        label={t('Name')}
                        required
                        value={name}
                        onChange={(e) => setName(e.currentTarget.value)}
                        data-autofocus
                    />
                    <Checkbox.Group label={t('May')} value={scopes} onChange={(next) => setScopes(next as Scope[])}>
                        <Stack gap={6} mt={4}>
                            {(Object.keys(words) as Scope[]).map((scope) => (
                                <Checkbox key={scope} value={scope} label={words[scope]} />
                            ))}
                        </Stack>
                    </Checkbox.Group>
                    <NumberInput
                        label={t('Expires after')}
                        description={t('Empty: never')}
                        suffix={` ${t('days')}`}
                        min={1}
                        value={days ?? ''}
                        onChange={(v) => setDays(typeof v === 'number' ? v : null)}
                    />
                    {make.isError && <Failed error={make.error} />}
                    <Button
                        disabled={name === '' || scopes.length === 0}
                        loading={make.isPending}
                        onClick={() => make.mutate()}
                    >
                        {t('Make the key')}
                    </Button>
                </Stack>
            )}
        </Dialog>
    );
}

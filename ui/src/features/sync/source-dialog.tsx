import { Button, JsonInput, NativeSelect, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, dataOf, type Schemas } from '@/shared/api/client';
import { asProblem } from '@/shared/api/problem';
import { changed } from '@/shared/api/queries';
import { Dialog } from '@/shared/ui/dialog';
import { done } from '@/shared/ui/notify';
import { Failed } from '@/shared/ui/states';

type Kind = Schemas['SyncSource']['kind'];
interface KindRow {
    kind: Kind;
    doc: string;
    secrets: string[];
}

/** A source by hand. Secrets go in and never come out again. */
export function SourceDialog({ onClose }: { onClose: () => void }) {
    const { t } = useTranslation();
    const kinds = $api.useQuery('get', '/api/v1/sync/kinds');
    const rows = (kinds.data?.items ?? []) as KindRow[];
    const [name, setName] = useState('');
    const [kind, setKind] = useState<Kind>('file');
    const [url, setUrl] = useState('');
    const [options, setOptions] = useState('{}');
    const [secrets, setSecrets] = useState<Record<string, string>>({});
    const add = useMutation({
        mutationFn: () =>
            dataOf(
                api.POST('/api/v1/sync/sources', {
                    body: {
                        name,
                        kind,
                        base_url: url,
                        options: JSON.parse(options || '{}') as never,
                        secrets: Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== '')),
                    },
                }),
            ),
        onSuccess: async () => {
            await changed('/api/v1/sync');
            done(t('The source is there. A dry run shows what it would change.'));
            onClose();
        },
    });
    const problem = add.isError ? asProblem(add.error) : undefined;
    const chosen = rows.find((row) => row.kind === kind);
    return (
        <Dialog onClose={onClose} title={t('Add a source')}>
            <form
                onSubmit={(event) => {
                    event.preventDefault();
                    add.mutate();
                }}
            >
                <Stack>
                    <TextInput
                        label={t('Name')}
                        required
                        value={name}
                        error={problem?.at('/name')}
                        onChange={(e) => setName(e.currentTarget.value)}
                        data-autofocus
                    />
                    <NativeSelect
                        label={t('Kind')}
                        description={chosen?.doc}
                        value={kind}
                        data={rows.map((row) => row.kind)}
                        onChange={(e) => setKind(e.currentTarget.value as Kind)}
                    />
                    <TextInput
                        label={t('Address or path')}
                        value={url}
                        error={problem?.at('/base_url')}
                        onChange={(e) => setUrl(e.currentTarget.value)}
                        dir="ltr"
                    />
                    <JsonInput
                        label={t('Options')}
                        value={options}
                        error={problem?.at('/options')}
                        onChange={setOptions}
                        autosize
                        minRows={2}
                        dir="ltr"
                    />
                    {chosen?.secrets.map((secret) => (
                        <PasswordInput
                            key={secret}
                            label={secret}
                            autoComplete="off"
                            value={secrets[secret] ?? ''}
                            onChange={(e) => setSecrets({ ...secrets, [secret]: e.currentTarget.value })}
                        />
                    ))}
                    {problem && <Failed error={problem} />}
                    <Button type="submit" loading={add.isPending} disabled={name === ''}>
                        {t('Add the source')}
                    </Button>
                </Stack>
            </form>
        </Dialog>
    );
}

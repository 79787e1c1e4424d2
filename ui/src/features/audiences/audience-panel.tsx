import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, ifMatch } from '@/shared/api/client';
import { changed } from '@/shared/api/queries';
import { useFormat } from '@/shared/format/use-format';
import { useVariableWords } from '@/shared/rules/variables';
import { ruleInWords } from '@/shared/rules/words';
import { useMay } from '@/shared/session/session';
import { Confirm, Fact } from '@/shared/ui/confirm';
import { LinkButton } from '@/shared/ui/links';
import { done } from '@/shared/ui/notify';
import { SidePanel } from '@/shared/ui/side-panel';
import { Loaded } from '@/shared/ui/states';
import type { Audience } from './audience';
import { Members } from './members';
import { SendDialog } from './send-dialog';

/** Whom an audience selects now, what it said before, and its way out as a list. */
export function AudiencePanel({ name, onClose }: { name: string; onClose: () => void }) {
    const { t } = useTranslation();
    const words = useVariableWords();
    const mayChange = useMay('audiences');
    const [isDeleting, setDeleting] = useState(false);
    const [isSending, setSending] = useState(false);
    const path = { audience: name };
    const audience = $api.useQuery('get', '/api/v1/audiences/{audience}', { params: { path } });
    const count = $api.useQuery('get', '/api/v1/audiences/{audience}/count', {
        params: { path, query: { sample: 10 } },
    });
    const remove = async () => {
        await api.DELETE('/api/v1/audiences/{audience}', {
            params: { path },
            headers: ifMatch(audience.data?.version ?? 0),
        });
        onClose();
        await changed('/api/v1/audiences');
        done(t('The audience is deleted.'));
    };
    return (
        <SidePanel
            title={name}
            onClose={onClose}
            actions={
                <Group gap="xs">
                    {mayChange && (
                        <LinkButton size="xs" to="/audiences/$name/edit" params={{ name }}>
                            {t('Edit')}
                        </LinkButton>
                    )}
                    <Button
                        component="a"
                        size="xs"
                        variant="default"
                        href={`/api/v1/audiences/${encodeURIComponent(name)}:export`}
                        download={`${name}.csv`}
                    >
                        {t('Export as CSV')}
                    </Button>
                    {mayChange && (
                        <Button size="xs" variant="default" onClick={() => setSending(true)}>
                            {t('Send to a receiver')}
                        </Button>
                    )}
                    {mayChange && audience.data && (
                        <Button size="xs" variant="subtle" color="red" onClick={() => setDeleting(true)}>
                            {t('Delete')}
                        </Button>
                    )}
                </Group>
            }
        >
            <Loaded query={count} lines={8}>
                {(data) => (
                    <Stack gap="sm">
                        <Stack gap="sm" component="dl" m={0}>
                            {audience.data?.description && (
                                <Fact label={t('Description')}>{audience.data.description}</Fact>
                            )}
                            <Fact label={t('Selects')}>
                                <span dir="auto">
                                    {audience.data ? ruleInWords(audience.data.rule, t, words) : data.words}
                                </span>
                            </Fact>
                        </Stack>
                        <Members count={data} />
                    </Stack>
                )}
            </Loaded>
            {audience.data && <AudienceVersions audience={audience.data} mayChange={mayChange} />}
            {isSending && <SendDialog name={name} onClose={() => setSending(false)} />}
            <Confirm
                isOpen={isDeleting}
                onClose={() => setDeleting(false)}
                title={t('Delete the audience “{{name}}”?', { name })}
                verb={t('Delete')}
                isDangerous
                act={remove}
            >
                {t('Its customers stay as they are. An audience that offers are aimed at is not deleted.')}
            </Confirm>
        </SidePanel>
    );
}

function AudienceVersions({ audience, mayChange }: { audience: Audience; mayChange: boolean }) {
    const { t } = useTranslation();
    const format = useFormat();
    const [restoring, setRestoring] = useState<number>();
    const path = { audience: audience.name };
    const versions = $api.useQuery('get', '/api/v1/audiences/{audience}/versions', { params: { path } });
    const restore = async (version: number) => {
        await api.POST('/api/v1/audiences/{audience}/versions/{version}:restore', {
            params: { path: { ...path, version } },
            headers: ifMatch(audience.version),
        });
        await changed('/api/v1/audiences');
        done(t('Version {{version}} is back, as a new version.', { version }));
    };
    return (
        <Stack gap="xs" role="group" aria-label={t('Versions')}>
            <Text fw={600}>{t('Versions')}</Text>
            <Loaded query={versions} lines={2}>
                {(data) =>
                    data.items.map((v) => (
                        <Group key={v.version} justify="space-between" wrap="nowrap">
                            <Text className="wrap">
                                <b>{t('Version {{version}}', { version: v.version })}</b>{' '}
                                <span className="quiet">{`${v.changed_by} · ${format.dateTime(v.changed_at)}`}</span>
                            </Text>
                            {mayChange && v.version !== audience.version && (
                                <Button size="compact-xs" variant="default" onClick={() => setRestoring(v.version)}>
                                    {t('Restore')}
                                </Button>
                            )}
                        </Group>
                    ))
                }
            </Loaded>
            <Confirm
                isOpen={restoring !== undefined}
                onClose={() => setRestoring(undefined)}
                title={t('Restore version {{version}} of “{{name}}”?', { version: restoring, name: audience.name })}
                verb={t('Restore')}
                act={() => restore(restoring ?? 0)}
            >
                {t('What it said then is its next version. Offers that are aimed at it follow at once.')}
            </Confirm>
        </Stack>
    );
}

import { Button, Switch, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, dataOf } from '@/shared/api/client';
import { useMay } from '@/shared/session/session';
import { type Column, DataTable } from '@/shared/table/data-table';
import { Confirm } from '@/shared/ui/confirm';
import { StateMark } from '@/shared/ui/marks';
import { done } from '@/shared/ui/notify';
import { Screen } from '@/shared/ui/screen';
import { Empty, Failed } from '@/shared/ui/states';
import { LinkText } from '@/shared/ui/links';
import { filtered, type Setting } from './filter';
import { SettingPanel } from './setting-panel';

const none: Setting[] = [];

/** What this server runs with, and what set each. They are the machine's: nothing here changes them. */
export function SettingsScreen() {
    const { t } = useTranslation();
    const search = useSearch({ from: '/shell/settings' });
    const navigate = useNavigate({ from: '/settings' });
    const mayRotate = useMay('connect');
    const [isRotating, setRotating] = useState(false);
    const settings = $api.useQuery('get', '/api/v1/settings');
    const rows = useMemo(() => filtered(settings.data?.items ?? none, search), [settings.data, search]);
    const columns = useColumns();
    const chosen = settings.data?.items.find((s) => s.key === search.open);
    const set = (change: { q?: string; own?: boolean; open?: string }) =>
        void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
    return (
        <Screen
            needs="settings"
            title={t('Settings')}
            about={
                <>
                    {t(
                        'What this server runs with, and what set each. They are changed in boon.toml or the environment, and take effect at the next start.',
                    )}{' '}
                    {t('What may change while it runs has screens of its own:')}{' '}
                    <LinkText underline="always" to="/lifecycle/rules">
                        {t('Rules of the lifecycle')}
                    </LinkText>
                    {', '}
                    <LinkText underline="always" to="/offers">
                        {t('Offers')}
                    </LinkText>
                    {', '}
                    <LinkText underline="always" to="/sync">
                        {t('Sync')}
                    </LinkText>
                    .
                </>
            }
            actions={
                mayRotate && (
                    <Button variant="default" onClick={() => setRotating(true)}>
                        {t('Seal secrets anew')}
                    </Button>
                )
            }
            panel={
                chosen && <SettingPanel key={chosen.key} setting={chosen} onClose={() => set({ open: undefined })} />
            }
        >
            {settings.isError && !settings.data ? (
                <Failed error={settings.error} onRetry={() => void settings.refetch()} />
            ) : (
                <DataTable
                    name={t('Settings')}
                    columns={columns}
                    rows={rows}
                    rowId={(s) => s.key}
                    isLoading={settings.isLoading}
                    onOpen={(s) => set({ open: s.key })}
                    openId={search.open}
                    toolbar={
                        <>
                            <TextInput
                                size="xs"
                                w={220}
                                data-screen-search
                                aria-label={t('Find a setting')}
                                placeholder={t('Find a setting')}
                                value={search.q ?? ''}
                                onChange={(e) => set({ q: e.currentTarget.value || undefined })}
                            />
                            <Switch
                                size="xs"
                                label={t('Only what was set here')}
                                checked={search.own ?? false}
                                onChange={(e) => set({ own: e.currentTarget.checked || undefined })}
                            />
                        </>
                    }
                    empty={<Empty title={t('No setting fits')} />}
                />
            )}
            <Rotate isOpen={isRotating} onClose={() => setRotating(false)} />
        </Screen>
    );
}

export function useSettingSources(): Record<Setting['source'], string> {
    const { t } = useTranslation();
    return useMemo(
        () => ({
            standard: t('as it comes'),
            file: 'boon.toml',
            environment: t('environment'),
            flag: t('command line'),
        }),
        [t],
    );
}

function useColumns(): Column<Setting>[] {
    const { t } = useTranslation();
    const sources = useSettingSources();
    return useMemo(() => {
        return [
            {
                id: 'key',
                title: t('Setting'),
                value: (s) => s.key,
                cell: (s) => <code title={s.variable}>{s.key}</code>,
                width: 220,
            },
            {
                id: 'value',
                title: t('Value'),
                value: (s) => s.value,
                cell: (s) => <SettingValue setting={s} />,
                width: 200,
                wrap: true,
            },
            {
                id: 'source',
                title: t('Set by'),
                value: (s) => s.source,
                cell: (s) =>
                    s.source === 'standard' ? (
                        <span className="quiet">{sources.standard}</span>
                    ) : (
                        <StateMark state={s.source} label={sources[s.source]} />
                    ),
                width: 120,
            },
            { id: 'doc', title: t('What it is'), value: (s) => s.doc, width: 320, wrap: true },
            { id: 'expected', title: t('Takes'), value: (s) => s.expected, width: 260, wrap: true, isHidden: true },
            { id: 'variable', title: t('Variable'), value: (s) => s.variable, width: 240, isHidden: true },
        ];
    }, [t, sources]);
}

export function SettingValue({ setting }: { setting: Setting }) {
    const { t } = useTranslation();
    if (setting.is_secret) {
        return (
            <span className="quiet">{setting.source === 'standard' ? t('not set') : t('set, and kept secret')}</span>
        );
    }
    if (!setting.value) {
        return <span className="quiet">{t('empty')}</span>;
    }
    return <code dir="ltr">{setting.value}</code>;
}

function Rotate({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
    const { t } = useTranslation();
    return (
        <Confirm
            isOpen={isOpen}
            onClose={onClose}
            title={t('Seal every secret anew under a new key?')}
            verb={t('Seal anew')}
            hits={[
                t('The secrets of all sources and webhooks; they themselves stay as they are.'),
                t(
                    'Where a key file holds the key, it gets a new one: a backup from before opens only with the old one.',
                ),
            ]}
            act={async () => {
                const rotation = await dataOf(api.POST('/api/v1/sync/secrets:rotate'));
                done(t('Sealed anew: {{n}}. The key is now {{key}}.', { n: rotation.resealed, key: rotation.key_id }));
            }}
        />
    );
}

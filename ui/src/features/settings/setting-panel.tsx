import { Code, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Fact } from '@/shared/ui/confirm';
import { SidePanel } from '@/shared/ui/side-panel';
import type { Setting } from './filter';
import { SettingValue, useSettingSources } from './settings-screen';
import { tomlOf } from './toml';

/** One setting: what it is, what it takes, what set it, and how it is changed, which is not from here. */
export function SettingPanel({ setting, onClose }: { setting: Setting; onClose: () => void }) {
    const { t } = useTranslation();
    const sources = useSettingSources();
    return (
        <SidePanel title={setting.key} onClose={onClose}>
            <Stack gap="sm" component="dl" m={0}>
                <Fact label={t('What it is')}>
                    <bdi lang="en">{setting.doc}</bdi>
                </Fact>
                <Fact label={t('Value')}>
                    <SettingValue setting={setting} />
                </Fact>
                <Fact label={t('Set by')}>{sources[setting.source]}</Fact>
                <Fact label={t('Takes')}>
                    <bdi lang="en">{setting.expected}</bdi>
                </Fact>
            </Stack>
            <Stack gap="xs" component="section" aria-label={t('How it is changed')}>
                <Text fw={600}>{t('How it is changed')}</Text>
                <Text className="wrap">
                    {t(
                        'On each server, by whoever runs it; it takes effect at the next start. The later of these goes before the earlier.',
                    )}
                </Text>
                <Text className="quiet small">{t('In boon.toml, in the instance’s folder')}</Text>
                <Code block dir="ltr" tabIndex={0}>
                    {tomlOf(setting)}
                </Code>
                <Text className="quiet small">{t('In the environment')}</Text>
                <Code block dir="ltr" tabIndex={0}>
                    {`${setting.variable}=${setting.is_secret ? '…' : (setting.value ?? '')}`}
                </Code>
                {setting.source === 'flag' && (
                    <Text className="wrap">{t('Now a flag of the command line sets it, which goes before both.')}</Text>
                )}
            </Stack>
        </SidePanel>
    );
}

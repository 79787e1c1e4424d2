import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '@/shared/api/client';
import { asProblem } from '@/shared/api/problem';
import { changed } from '@/shared/api/queries';
import { useFormat } from '@/shared/format/use-format';
import { Dialog } from '@/shared/ui/dialog';
import { ShownOnce } from '@/shared/ui/shown-once';
import { Failed } from '@/shared/ui/states';
import { type Role, wholeLink } from './roles';
import { RoleChoice } from './role-choice';

/** Adds a user, and gives the link by which they set their password. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
    const { t } = useTranslation();
    const [name, setName] = useState('');
    const [fullName, setFullName] = useState('');
    const [role, setRole] = useState<Role>('viewer');
    const invite = useMutation({
        mutationFn: () => dataOf(api.POST('/api/v1/users', { body: { name, full_name: fullName, role } })),
        onSuccess: () => changed('/api/v1/users'),
    });
    const problem = invite.isError ? asProblem(invite.error) : undefined;
    const submit = (event: FormEvent) => {
        event.preventDefault();
        invite.mutate();
    };
    return (
        <Dialog onClose={onClose} title={t('Invite somebody')}>
            {invite.data ? (
                <OneTimeLink link={invite.data.link} name={invite.data.user.name} />
            ) : (
                <form onSubmit={submit}>
                    <Stack>
                        <TextInput
                            label={t('User name')}
                            description={t('a to z, digits and . _ - @; it is never given to another')}
                            required
                            maxLength={64}
                            autoCapitalize="none"
                            value={name}
                            error={problem?.at('/name')}
                            onChange={(e) => setName(e.currentTarget.value)}
                            data-autofocus
                        />
                        <TextInput
                            label={t('Name')}
                            maxLength={100}
                            value={fullName}
                            error={problem?.at('/full_name')}
                            onChange={(e) => setFullName(e.currentTarget.value)}
                        />
                        <RoleChoice value={role} onChange={setRole} />
                        {problem && <Failed error={problem} />}
                        <Button type="submit" disabled={name === ''} loading={invite.isPending}>
                            {t('Make the link')}
                        </Button>
                    </Stack>
                </form>
            )}
        </Dialog>
    );
}

export function OneTimeLink({ link, name }: { link: Schemas['LinkAnswer']; name: string }) {
    const { t } = useTranslation();
    const format = useFormat();
    return (
        <Stack gap="xs">
            <ShownOnce value={wholeLink(link.link, location.origin)}>
                {t('Send this link to {{name}}. It works once, and is not shown again.', { name })}
            </ShownOnce>
            <Text className="quiet small">{t('Good until {{when}}.', { when: format.dateTime(link.expires_at) })}</Text>
        </Stack>
    );
}

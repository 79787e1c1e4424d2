import { Button, PasswordInput, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changePassword } from '@/shared/session/session';
import { Dialog } from '@/shared/ui/dialog';
import { done } from '@/shared/ui/notify';
import { Failed } from '@/shared/ui/states';

export function PasswordDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
    const { t } = useTranslation();
    const [current, setCurrent] = useState('');
    const [next, setNext] = useState('');
    const [error, setError] = useState<unknown>();
    const submit = async () => {
        setError(undefined);
        try {
            await changePassword(current, next);
            setCurrent('');
            setNext('');
            onClose();
            done(t('Your password is changed. Your other sessions have ended.'));
        } catch (problem) {
            setError(problem);
        }
    };
    return (
        isOpen && (
            <Dialog onClose={onClose} title={t('Change password')}>
                <form
                    onSubmit={(event) => {
                        event.preventDefault();
                        void submit();
                    }}
                >
                    <Stack>
                        <PasswordInput
                            label={t('Current password')}
                            autoComplete="current-password"
                            required
                            value={current}
                            onChange={(e) => setCurrent(e.currentTarget.value)}
                            data-autofocus
                        />
                        <PasswordInput
                            label={t('New password')}
                            description={t('12 characters or more')}
                            autoComplete="new-password"
                            required
                            minLength={12}
                            value={next}
                            onChange={(e) => setNext(e.currentTarget.value)}
                        />
                        {error !== undefined && <Failed error={error} />}
                        <Button type="submit">{t('Change password')}</Button>
                    </Stack>
                </form>
            </Dialog>
        )
    );
}

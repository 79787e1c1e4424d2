import { useTranslation } from 'react-i18next';
import { api, dataOf } from '@/shared/api/client';
import { changed } from '@/shared/api/queries';
import { SessionList } from '@/shared/session/session-list';
import { Dialog } from '@/shared/ui/dialog';
import { done, failed } from '@/shared/ui/notify';

const path = '/api/v1/sessions';

/** Where the reader is signed in, and the ends of what they do not know. */
export function SessionsDialog({ onClose }: { onClose: () => void }) {
    const { t } = useTranslation();
    const end = async (session_id: string) => {
        await api.DELETE('/api/v1/sessions/{session_id}', { params: { path: { session_id } } });
        await changed(path);
    };
    const endOthers = async () => {
        try {
            await api.DELETE(path);
            await changed(path);
            done(t('Your other sessions have ended.'));
        } catch (error) {
            failed(error);
        }
    };
    return (
        <Dialog onClose={onClose} title={t('Your sessions')}>
            <SessionList path={path} read={() => dataOf(api.GET(path))} end={end} endAll={() => void endOthers()} />
        </Dialog>
    );
}

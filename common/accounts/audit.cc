#include "common/accounts/audit.h"

#include "common/accounts/audit_sql.h"

void Audit::note(const Deed& deed) {
    db_.run(audit::sql::insert_deed, Uuid::make(), deed.actor, deed.action, deed.target_type,
            deed.target_id, deed.before, deed.after, deed.ip, deed.request_id);
}

-- What was done by those who may do everything.

-- name: insert_deed
insert into audit_log (id, actor_id, action, target_type, target_id, before, after, ip, request_id)
values ($1, $2, $3, $4, $5, nullif($6::jsonb, 'null'), nullif($7::jsonb, 'null'), nullif($8, ''), nullif($9, ''));

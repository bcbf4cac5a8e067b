-- What a worker asks of the outbox. Taking letters out is the jobs worker's (workers/jobs/jobs.sql).

-- name: insert_letter
insert into outbox (id, user_id, recipient, template, language, parameters, secret_parameters)
values ($1, $2, $3, $4, $5, $6, $7);

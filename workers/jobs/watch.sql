-- What people have to look at.

-- name: find_figures
select (select count(*) from (select user_id from subscriptions
                               where source = 'stripe' and ended_at is null
                                 and status in ('trialing', 'active', 'past_due', 'unpaid', 'paused')
                               group by user_id having count(*) > 1) several) as twice,
       (select count(*) from stripe_events where state = 'failed') as failed,
       (select count(*) from stripe_events where state in ('pending', 'deferred')) as waiting,
       (select count(*) from stripe_errands where done_at is null) as errands,
       (select count(*) from stripe_errands where done_at is null and created_at < now() - interval '1 hour') as overdue;

-- name: list_who_pays_twice
select user_id, count(*) as count
  from subscriptions
 where source = 'stripe' and ended_at is null
   and status in ('trialing', 'active', 'past_due', 'unpaid', 'paused')
 group by user_id
having count(*) > 1
 order by user_id
 limit 100;

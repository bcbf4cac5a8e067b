-- What is sealed with the data keys and stays: a pair of statements for each column. One takes some
-- values that are not sealed with the active key ($1, the first three bytes of what it makes), in
-- the order of their ids after $2; what another one holds is left to it. The other puts a value
-- sealed anew in its place, under the lock of the first. Devices need not hear of it.

-- name: next_playlist_urls
select id, url_sealed as sealed from playlists
 where substring(url_sealed for 3) <> $1 and id > $2
 order by id limit $3 for update skip locked;

-- name: put_playlist_url
update playlists set url_sealed = $2 where id = $1;

-- name: next_playlist_guides
select id, epg_url_sealed as sealed from playlists
 where substring(epg_url_sealed for 3) <> $1 and id > $2
 order by id limit $3 for update skip locked;

-- name: put_playlist_guide
update playlists set epg_url_sealed = $2 where id = $1;

-- name: next_playlist_usernames
select id, username_sealed as sealed from playlists
 where substring(username_sealed for 3) <> $1 and id > $2
 order by id limit $3 for update skip locked;

-- name: put_playlist_username
update playlists set username_sealed = $2 where id = $1;

-- name: next_playlist_passwords
select id, password_sealed as sealed from playlists
 where substring(password_sealed for 3) <> $1 and id > $2
 order by id limit $3 for update skip locked;

-- name: put_playlist_password
update playlists set password_sealed = $2 where id = $1;

-- name: next_totp_secrets
select id, totp_secret as sealed from users
 where substring(totp_secret for 3) <> $1 and id > $2
 order by id limit $3 for update skip locked;

-- name: put_totp_secret
update users set totp_secret = $2 where id = $1;

-- name: next_letter_links
select id, secret_parameters as sealed from outbox
 where substring(secret_parameters for 3) <> $1 and id > $2
 order by id limit $3 for update skip locked;

-- name: put_letter_link
update outbox set secret_parameters = $2 where id = $1;

-- name: count_by_key
-- Key 0 stands for what names no key at all.
select case when length(sealed) >= 3 and get_byte(sealed, 0) = 1
            then get_byte(sealed, 1) * 256 + get_byte(sealed, 2) else 0 end as key_id,
       count(*) as number
  from (select url_sealed as sealed from playlists
         union all select epg_url_sealed from playlists
         union all select username_sealed from playlists
         union all select password_sealed from playlists
         union all select totp_secret from users
         union all select secret_parameters from outbox) as everything
 where sealed is not null
 group by 1
 order by 1;

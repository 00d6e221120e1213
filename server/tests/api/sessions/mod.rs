mod revoke_all;

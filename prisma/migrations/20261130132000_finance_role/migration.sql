-- The finance officer of an agency: claims, and prepares the amounts of the acquittal.
ALTER TYPE "Role" ADD VALUE 'FINANCE' AFTER 'CONTRIBUTOR';
